// The journey's documents as GraphiQL's tabs. GraphiQL keeps whatever the reader makes of them, per world.

import { createLocalStorage } from '@graphiql/toolkit';
import journey from 'canbao:journey';

import { endpoint } from './store.js';

export const storage = createLocalStorage({ namespace: `canbao:${endpoint}` });

const edition = JSON.stringify(journey);
const editionKey = `canbao:journey:${endpoint}`;
const tabKeys = ['tabState', 'query', 'variables', 'headers', 'operationName'].map((name) => `graphiql:${name}`);

export const firstVisit = storage.getItem('graphiql:tabState') === null;
export const journeyChanged = !firstVisit && localStorage.getItem(editionKey) !== edition;
if (firstVisit) localStorage.setItem(editionKey, edition);

export const defaultTabs = journey.map(({ query, variables }) => ({ query, variables }));

function savedTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(storage.getItem('graphiql:tabState'));
    return tabs[activeTabIndex];
  } catch {
    return null;
  }
}

/** The tab that is open at first. GraphiQL forgets its variables unless they are given once more with its query. */
export const openingTab = savedTab() ?? defaultTabs[0] ?? {};

export function restoreJourney() {
  for (const key of tabKeys) storage.removeItem(key);
  location.reload();
}
