// What orval reads: its client's calls go through request() of orval-fetch.ts.
export default {
  api: {
    input: '../document.json',
    output: {
      target: 'api.ts',
      client: 'fetch',
      override: { mutator: { path: 'orval-fetch.ts', name: 'request', extension: '.js' } },
    },
  },
};
