// What the page itself asks of the world. The documents are operations/page/*.graphql; this file reads only the
// aliases they give, so a renamed field in the schema is a change there and nowhere else.

import documents from 'canbao:page';

import { relativeIn } from './relative.js';
import { authorization, current, endpoint, nameInAddress, update } from './store.js';
import { post, reconnect } from './transport.js';
import { newKey } from './values.js';

const firstError = (answer) => answer.errors?.map(({ message }) => message).join(' ') ?? null;

const CLOCK_MS = 5000;
let clockReadAt = -Infinity;
let clockWaiting = null;

/** Asks for the world's name and clock. A world that does not answer leaves the last reading standing. */
export async function readClock() {
  clockReadAt = performance.now();
  const answer = await post({ query: documents.world }).catch(() => null);
  const world = answer?.data?.world;
  if (world) update({ world: { name: world.name ?? nameInAddress, now: world.now } });
}

/** Reads the clock once things are quiet, and no more often than every five seconds. */
export function readClockSoon() {
  if (clockWaiting !== null) return;
  const left = clockReadAt + CLOCK_MS - performance.now();
  clockWaiting = setTimeout(() => {
    clockWaiting = null;
    readClock();
  }, Math.max(left, 500));
}

export async function readPersonas() {
  try {
    const answer = await post({ query: documents.personas });
    const edges = answer.data?.personas?.edges;
    if (!edges) throw new Error(firstError(answer) ?? 'no personas in the answer');
    update({ personas: { status: 'ready', list: edges.map(({ node }) => node) } });
  } catch (error) {
    update({ personas: { status: 'failed', list: [], why: error.message } });
  }
}

export async function signInAs(persona) {
  update({ signingIn: persona, notice: null });
  try {
    const input = { idempotencyKey: newKey(), persona };
    const answer = await post({ query: documents['sign-in'], variables: { input } });
    const result = answer.data?.signIn;
    if (!result?.token) throw new Error(result?.message ?? firstError(answer) ?? 'no token in the answer');
    const { token, expiresAt = null, person = null, situation } = result;
    // What one persona was answered (my id, my account) is not another's to send.
    if (current().session?.persona !== persona) update({ values: {} });
    const relative = relativeIn(situation?.en);
    update({ session: { persona, token, expiresAt, person: person?.name ?? null, situation, relative, expired: false } });
    reconnect();
  } catch (error) {
    update({ notice: `登录失败：${error.message}　Signing in failed.` });
  } finally {
    update({ signingIn: null });
  }
}

export function signOut() {
  update({ session: null, notice: null });
  reconnect();
}

export const forgetValues = () => update({ values: {} });
export const dismissNotice = () => current().notice && update({ notice: null });

/** Whether a value is the path of a page for printing. */
export const isPath = (value) => typeof value === 'string' && /^\/worlds\/[\w-]+\/(receipts|certificates)\/[\w-]+$/.test(value);

/** Opens a page of a world that only the signed-in may see: a link cannot carry the header, so it is fetched. */
export async function openPath(path) {
  // Before anything is awaited: browsers let a click open a window, not what comes after it.
  const opened = window.open('', '_blank');
  try {
    const value = authorization();
    const root = endpoint.replace(/(\/worlds\/[^/]+)?\/graphql\/?$/, '');
    const response = await fetch(root + path, { headers: value === null ? {} : { authorization: value } });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    opened.location = URL.createObjectURL(await response.blob());
  } catch (error) {
    opened?.close();
    update({ notice: `无法打开 ${path}：${error.message}　Could not be opened.` });
  }
}
