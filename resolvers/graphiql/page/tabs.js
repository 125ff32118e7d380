// The documents of the journey that the reader has chosen as GraphiQL's tabs. GraphiQL keeps whatever the reader makes
// of them, per world and journey.

import { createLocalStorage } from '@graphiql/toolkit';
import journeys from 'canbao:journeys';

import { endpoint } from './store.js';

const chosenKey = `canbao:journey:${endpoint}`;

export { journeys };
export const journey = journeys.find(({ name }) => name === localStorage.getItem(chosenKey)) ?? journeys[0];

const own = `${endpoint}:${journey.name}`;
export const storage = createLocalStorage({ namespace: `canbao:${own}` });

const edition = JSON.stringify(journey.tabs);
const editionKey = `canbao:edition:${own}`;
const tabKeys = ['tabState', 'query', 'variables', 'headers', 'operationName'].map((name) => `graphiql:${name}`);

export const firstVisit = storage.getItem('graphiql:tabState') === null;
export const journeyChanged = !firstVisit && localStorage.getItem(editionKey) !== edition;
if (firstVisit) localStorage.setItem(editionKey, edition);

export const defaultTabs = journey.tabs.map(({ query, variables }) => ({ query, variables }));

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

/** Opens another journey's tabs, as the reader left them. GraphiQL reads its tabs once, so the page is loaded again. */
export function choose(name) {
  localStorage.setItem(chosenKey, name);
  location.reload();
}
