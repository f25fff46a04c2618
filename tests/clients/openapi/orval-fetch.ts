// The transport of orval's client: the server's address and the token.
export const session = { base: '', token: '' };

export const request = async <T>(url: string, options: RequestInit): Promise<T> => {
  const headers = new Headers(options.headers);
  if (session.token) headers.set('authorization', `Bearer ${session.token}`);
  const answer = await fetch(session.base + url, { ...options, headers });
  const text = await answer.text();
  return { data: text ? JSON.parse(text) : undefined, status: answer.status, headers: answer.headers } as T;
};
