// The page: the bar, and GraphiQL under it.

import './workers.js';
import 'graphiql/style.css';
import './page.css';

import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { Bar } from './bar.jsx';
import { defaultTabs, openingTab, storage } from './tabs.js';
import { fetcher } from './transport.js';
import { readClock, readClockSoon, readPersonas } from './world.js';

const send = fetcher(readClockSoon);

// For the browser's console: await canbao.ask({ query: '{ world { now } }' }), as whoever is signed in.
globalThis.canbao = { ask: send };

function Page() {
  return (
    <>
      <Bar />
      <main>
        <GraphiQL
          fetcher={send}
          storage={storage}
          defaultTabs={defaultTabs}
          initialQuery={openingTab.query ?? undefined}
          initialVariables={openingTab.variables ?? undefined}
          defaultEditorToolsVisibility="variables"
          inputValueDeprecation
          schemaDescription
          shouldPersistHeaders={false}
        />
      </main>
    </>
  );
}

createRoot(document.getElementById('root')).render(<Page />);

readPersonas();
readClock();
document.addEventListener('visibilitychange', () => document.hidden || readClock());
