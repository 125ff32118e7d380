// Follows the log of events and books each event once and in order, whatever happens on the way.
// Its environment says SERVER, CLIENT_ID, CLIENT_SECRET and BOOKS, the file that it keeps. Needs Node 24 and `graphql-ws`.
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";

type Told = { events: { __typename: string; id: string } };
const { SERVER, CLIENT_ID, CLIENT_SECRET, BOOKS, FAULT, QUIET_SECONDS = "60" } = process.env as Record<string, string>;
const query = "subscription Follow($after: Cursor) { events(after: $after, startFrom: BEGINNING) { __typename id } }";
const books = new DatabaseSync(BOOKS);
books.exec("CREATE TABLE IF NOT EXISTS booked (event TEXT PRIMARY KEY, type TEXT NOT NULL)");
books.exec("CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL)");
const place = () => (books.prepare("SELECT cursor FROM place").get()?.cursor ?? null) as string | null;

function book(cursor: string, event?: Told["events"]) {
  books.exec("BEGIN"); // What an event does and how far that brings us are one transaction: both are there, or neither.
  if (event) books.prepare("INSERT INTO booked VALUES (?, ?)").run(event.id, event.__typename);
  books.prepare("INSERT OR REPLACE INTO place VALUES (1, ?)").run(cursor);
  books.exec("COMMIT");
}

async function connectionParams() { // Signs in anew for each connection, as the last token may have ended.
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: CLIENT_SECRET });
  const answer = await fetch(`${SERVER}/oauth/token`, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
  return { authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}` };
}

const client = createClient({ url: `${SERVER.replace("http", "ws")}/graphql`, connectionParams, retryAttempts: 0 });
let quiet: NodeJS.Timeout; // Silence may be a server that is gone, or a last event that was lost: ask again after a while.
const heard = () => { clearTimeout(quiet); quiet = setTimeout(() => client.terminate(), 1000 * Number(QUIET_SECONDS)); };

async function follow() { // One connection, for as long as it can be trusted.
  let last = place();
  for await (const { data, errors, extensions } of client.iterate<Told, { cursor: string; follows: string | null }>(
    { query, variables: { after: last }, extensions: { fault: FAULT } })) {
    heard();
    if (errors) throw errors;
    if (extensions!.cursor === last) continue; // It came twice.
    if (extensions!.follows !== last) return; // Something is missing, or two changed places: ask again.
    book(extensions!.cursor, data!.events);
    last = extensions!.cursor;
  }
}

for (let failures = 0; ; ) {
  const before = place(), begun = Date.now();
  try {
    heard();
    await follow();
  } catch (error) { // Cut, refused, or closed with 1001, 4008 or 4403.
    for (const one of [error].flat() as any[]) {
      console.warn(one.code ?? one.extensions?.code ?? one.message, one.reason ?? one.message);
      // What came between is told no more: look it up, go on.
      if (one.extensions?.code === "CURSOR_EXPIRED") book(one.extensions.startAfter);
    }
  }
  const lasted = place() !== before || Date.now() - begun >= 1000 * Number(QUIET_SECONDS);
  failures = lasted ? 0 : Math.min(7, failures + 1);
  await sleep(Math.random() * 250 * 2 ** failures);
}
