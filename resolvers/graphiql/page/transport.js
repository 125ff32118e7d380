// How operations reach the server: POST to the page's own address, subscriptions over graphql-transport-ws on the same.

import { Kind, parse } from 'graphql';
import { createClient } from 'graphql-ws';

import { authorization, current, endpoint, update } from './store.js';
import { told } from './telling.js';
import { filledIn, remember } from './values.js';

/** The answer of one POST, as GraphQL's `{data, errors}`; throws when what came back is not GraphQL. */
export async function post(body, ...headers) {
  const sent = new Headers({
    accept: 'application/graphql-response+json, application/json',
    'content-type': 'application/json',
  });
  // One after the other, so that a header the reader typed replaces ours whatever its capitals.
  for (const more of headers) for (const [name, value] of Object.entries(more ?? {})) sent.set(name, value);
  const response = await fetch(endpoint, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw told(
      `服务器没有以 GraphQL 作答（HTTP ${response.status}）。The server did not answer in GraphQL: ${text.slice(0, 300)}`,
    );
  }
}

const signedIn = () => {
  const value = authorization();
  return value === null ? {} : { authorization: value };
};

function noticeExpiry(answer) {
  const { session } = current();
  if (!session || session.expired) return;
  if (answer.errors?.some((error) => error.extensions?.code === 'UNAUTHENTICATED'))
    update({ session: { ...session, expired: true } });
}

const sockets = createClient({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${endpoint}`,
  lazy: true,
  connectionParams: signedIn,
});

/** Running subscriptions reconnect, as whoever is signed in now. */
export const reconnect = () => sockets.terminate();

function readable(cause) {
  if (cause instanceof Error) return cause;
  if (Array.isArray(cause)) return cause;
  const reason = [cause?.code, cause?.reason].filter(Boolean).join(' ');
  return told(`订阅中断。The subscription ended: ${reason || 'the connection was lost'}`);
}

/**
 * The operation to run: the one of this name, or the only one there is.
 *
 * GraphiQL's own idea of both lags behind a change of tab by a moment, so the text that is sent is asked instead.
 * Null for text that does not parse; the server then says what is wrong with it.
 */
function chosenOperation(query, operationName) {
  let operations;
  try {
    operations = parse(query, { noLocation: true }).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  } catch {
    return null;
  }
  return operations.find(({ name }) => name?.value === operationName) ?? (operations.length === 1 ? operations[0] : null);
}

function watch(params) {
  return {
    subscribe: ({ next, error, complete }) => ({
      unsubscribe: sockets.subscribe(params, {
        next(answer) {
          remember(params.query, answer.data);
          next(answer);
        },
        error: (cause) => error(readable(cause)),
        complete,
      }),
    }),
  };
}

/** GraphiQL's fetcher. `afterRun` is called when a document other than introspection has been answered. */
export function fetcher(afterRun) {
  return ({ query, variables, operationName }, { headers } = {}) => {
    if (operationName === 'IntrospectionQuery') return post({ query, operationName }, signedIn(), headers);
    const operation = chosenOperation(query, operationName);
    const params = { query, variables: filledIn(variables), operationName: operation?.name?.value };
    if (operation?.operation === 'subscription') return watch(params);
    return post(params, signedIn(), headers).then((answer) => {
      noticeExpiry(answer);
      remember(query, answer.data);
      afterRun();
      return answer;
    });
  };
}
