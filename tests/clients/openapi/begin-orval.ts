// What the programs with orval's client begin with: somebody signed in, a community, and a channel of their own.
import { authDev, channelsCreate, communitiesCreate, communitiesList, type Problem } from './api.js';
import { session } from './orval-fetch.js';
import { must } from './wait.js';

const [base, username, name] = process.argv.slice(2) as [string, string, string];
session.base = base;

// The answer, which has this status.
export const is = <T extends { status: number; data: unknown }, S extends T['status']>(answer: T, status: S) => {
  must(answer.status === status, `${answer.status} and not ${status}`, answer.data);
  return answer as Extract<T, { status: S }>;
};

// The problem document of what was refused with this status and code.
export const refused = (status: number, code: string, answer: { status: number; data: unknown }): Problem => {
  const problem = is(answer, status).data as Problem;
  must(problem.code === code, 'the refusal says something else', problem);
  return problem;
};

const { token, user } = is(await authDev({ username }), 200).data;
session.token = token;

// What is asked with another token.
export const by = async <T>(other: string, ask: () => Promise<T>): Promise<T> => {
  session.token = other;
  try {
    return await ask();
  } finally {
    session.token = token;
  }
};

const communities = is(await communitiesList(), 200).data.items;
export const community = communities[0] ?? is(await communitiesCreate({ name, slug: name }), 201).data;
export const channel = is(await channelsCreate(community.id, { name }), 201).data;
export { name, user };
