// Values that travel between tabs, so that the journey runs from the first tab to the last without copying ids.
//
// A comment in a document names a part of its answer:   # @remember member = bindFamilyMember.binding.member.id
// and the variables of any later tab may use it:        { "person": "{{member}}" }
// `{{newKey}}` is a fresh idempotency key at every run; `{{relativeName}}` and its like come from the description of the
// persona who is signed in; with a question mark, `{{cursor?}}`, what has no value yet is null.

import { current, update } from './store.js';
import { told } from './telling.js';

const placeholder = /^\{\{\s*(\w+)(\?)?\s*\}\}$/;
const remembering = /^\s*#\s*@remember\s+(\w+)\s*=\s*([\w.]+)\s*$/gm;

/** 32 random hexadecimal digits; unlike `crypto.randomUUID` also there when the page came over plain HTTP. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What placeholders stand for now: what the persona knows, and what answers gave. */
export const knownIn = ({ session, values }) => ({ ...session?.relative, ...values });

function missing(name) {
  if (name.startsWith('relative'))
    return told(
      `变量 {{${name}}} 没有值：请先点选一个有亲属的角色登录（例如 employee），或直接填写。` +
        ` {{${name}}} has no value: sign in as a persona with a relative, such as employee, or type a value.`,
    );
  return told(
    `变量 {{${name}}} 还没有值：请先运行前面含有 “# @remember ${name} = …” 的标签页，或直接填写。` +
      ` {{${name}}} has no value yet: first run the earlier tab that says "# @remember ${name} = …", or type a value.`,
  );
}

/** `variables` with every `{{name}}` replaced; throws when an earlier tab has to run first. */
export function filledIn(variables) {
  if (typeof variables === 'string') {
    const [whole, name, optional] = placeholder.exec(variables) ?? [];
    if (whole === undefined) return variables;
    if (name === 'newKey') return newKey();
    const known = knownIn(current());
    if (Object.hasOwn(known, name)) return known[name];
    if (optional) return null;
    throw missing(name);
  }
  if (Array.isArray(variables)) return variables.map(filledIn);
  if (variables !== null && typeof variables === 'object')
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filledIn(value)]));
  return variables;
}

/** Keeps what the document's comments ask to be remembered of `data`. */
export function remember(query, data) {
  if (!data || !query.includes('@remember')) return;
  const found = {};
  for (const [, name, path] of query.matchAll(remembering)) {
    const value = path.split('.').reduce((part, step) => part?.[step], data);
    if (value !== undefined && value !== null) found[name] = value;
  }
  if (Object.keys(found).length > 0) update({ values: { ...current().values, ...found } });
}
