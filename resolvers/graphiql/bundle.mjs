// Bundles the page, GraphiQL and the editor's three workers into one folder of local files.
//
//   node bundle.mjs <folder>
//
// The folder gets index.html and assets/; every file in assets/ carries a hash of its content in its name, and has a
// .gz beside it where that is smaller.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import * as esbuild from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const site = path.resolve(process.argv[2] ?? path.join(here, 'site'));
const assets = path.join(site, 'assets');
const publicPath = '/graphiql/assets';

const workers = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
};

/** The documents in `folder`, sorted by file name, each with the variables that lie beside it. */
async function documents(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const stem = name.slice(0, -'.graphql'.length);
      const query = await readFile(path.join(folder, name), 'utf8');
      const beside = path.join(folder, `${stem}.variables.json`);
      const variables = await readFile(beside, 'utf8').catch((error) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (variables !== null) JSON.parse(variables);
      return { stem, query: query.trimEnd(), variables: variables?.trimEnd() ?? null };
    }),
  );
}

/** The journeys, in the order of their folders: what each `journey.json` says, and its documents. */
async function journeys() {
  const folder = path.join(here, 'operations', 'journeys');
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      ...JSON.parse(await readFile(path.join(folder, name, 'journey.json'), 'utf8')),
      tabs: await documents(path.join(folder, name)),
    })),
  );
}

/** Makes `canbao:journeys` (each with its tabs, in order) and `canbao:page` (the page's own documents) importable. */
const operations = {
  name: 'canbao-operations',
  setup(build) {
    build.onResolve({ filter: /^canbao:/ }, ({ path: name }) => ({ path: name, namespace: 'canbao' }));
    build.onLoad({ filter: /^canbao:journeys$/, namespace: 'canbao' }, async () => ({
      loader: 'json',
      contents: JSON.stringify(await journeys()),
    }));
    build.onLoad({ filter: /^canbao:page$/, namespace: 'canbao' }, async () => {
      const own = await documents(path.join(here, 'operations', 'page'));
      return { loader: 'json', contents: JSON.stringify(Object.fromEntries(own.map((one) => [one.stem, one.query]))) };
    });
  },
};

/** GraphiQL's style sheet already holds the editor's, so the ones that the editor's modules import would come twice. */
const editorStylesOnce = {
  name: 'editor-styles-once',
  setup(build) {
    build.onLoad({ filter: /monaco-editor[\\/]esm[\\/].*\.css$/ }, () => ({ loader: 'js', contents: '' }));
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ['chrome111', 'firefox114', 'safari16.4'],
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath,
  define: { 'process.env.NODE_ENV': '"production"' },
};

const nameOf = (output) => path.basename(output);
const outputOf = (metafile, entry) =>
  Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry));

await mkdir(assets, { recursive: true });

const workerBuild = await esbuild.build({ ...common, entryPoints: Object.values(workers), format: 'iife' });
const workerUrls = Object.fromEntries(
  Object.entries(workers).map(([label, entry]) => [
    label,
    `${publicPath}/${nameOf(outputOf(workerBuild.metafile, entry)[0])}`,
  ]),
);

const pageBuild = await esbuild.build({
  ...common,
  entryPoints: ['page/main.jsx'],
  format: 'esm',
  splitting: true,
  jsx: 'automatic',
  loader: { '.ttf': 'file', '.woff2': 'file' },
  plugins: [operations, editorStylesOnce],
  define: { ...common.define, WORKER_URLS: JSON.stringify(workerUrls) },
});

const [script, { cssBundle }] = outputOf(pageBuild.metafile, 'page/main.jsx');

/** `entry`'s file and everything it imports at once, in other words all that stands between the reader and the editor. */
function withImports(entry, found = new Set()) {
  const [file] = outputOf(pageBuild.metafile, entry);
  const pending = [file];
  while (pending.length > 0) {
    const next = pending.pop();
    if (found.has(next)) continue;
    found.add(next);
    for (const { path: chunk, kind } of pageBuild.metafile.outputs[next].imports)
      if (kind === 'import-statement') pending.push(chunk);
  }
  return found;
}

const early = withImports('page/main.jsx');
for (const entry of ['monaco-graphql/esm/monaco-editor.js', 'monaco-graphql/esm/lite.js']) withImports(entry, early);
const preloads = [...early].filter((file) => file !== script).map(nameOf);
const template = await readFile(path.join(here, 'page', 'index.html'), 'utf8');
const head = [
  `<link rel="stylesheet" href="${publicPath}/${nameOf(cssBundle)}">`,
  ...preloads.map((chunk) => `<link rel="modulepreload" href="${publicPath}/${chunk}">`),
  `<script type="module" src="${publicPath}/${nameOf(script)}"></script>`,
];
await writeFile(path.join(site, 'index.html'), template.replace('<!-- assets -->', head.join('\n    ')));

for (const name of await readdir(assets)) {
  const body = await readFile(path.join(assets, name));
  if (body.length < 1024) continue;
  const packed = gzipSync(body, { level: 9 });
  if (packed.length < body.length * 0.9) await writeFile(path.join(assets, `${name}.gz`), packed);
}
