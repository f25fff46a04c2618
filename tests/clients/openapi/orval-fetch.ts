// The transport of orval's client: the server's address and the token.
export const session = { base: '', token: '' };

export const request = async <T>(url: string, options: RequestInit): Promise<T> => {
  const headers = new Headers(options.headers);
  if (session.token) headers.set('authorization', `Bearer ${session.token}`);
  const answer = await fetch(session.base + url, { ...options, headers });
  // A picture is bytes; all else is JSON or nothing.
  const isPicture = answer.headers.get('content-type')?.startsWith('image/') === true;
  const text = isPicture ? '' : await answer.text();
  const data = isPicture ? await answer.blob() : text ? JSON.parse(text) : undefined;
  return { data, status: answer.status, headers: answer.headers } as T;
};
