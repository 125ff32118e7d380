// What the page knows: the world it stands in, who is signed in, and the values that earlier answers gave.
//
// Everything is kept per world (= per address of the endpoint), so that a token of one world never goes to another.

import { useSyncExternalStore } from 'react';

export const endpoint = location.pathname;
export const nameInAddress = /^\/worlds\/([^/]+)\/graphql\/?$/.exec(endpoint)?.[1] ?? null;

const sessionKey = `canbao:session:${endpoint}`;
const valuesKey = `canbao:values:${endpoint}`;

function stored(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

let state = {
  world: { name: nameInAddress && decodeURIComponent(nameInAddress), now: null },
  personas: { status: 'loading', list: [] },
  session: stored(sessionKey, null), // { persona, token, person, situation, relative, expiresAt, expired }
  signingIn: null,
  notice: null,
  values: stored(valuesKey, {}),
};
const listeners = new Set();

export const current = () => state;

export function update(change) {
  state = { ...state, ...change };
  if ('session' in change) sessionStorage.setItem(sessionKey, JSON.stringify(state.session));
  if ('values' in change) sessionStorage.setItem(valuesKey, JSON.stringify(state.values));
  for (const listener of listeners) listener();
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePageState = () => useSyncExternalStore(subscribe, current);

/** The header's value for whoever is signed in, or null. */
export const authorization = () => (state.session?.token ? `Bearer ${state.session.token}` : null);
