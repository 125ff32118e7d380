// The editor asks here for its web workers; they are files of this server (WORKER_URLS is set by bundle.mjs).

globalThis.MonacoEnvironment = {
  getWorker(_moduleId, label) {
    return new Worker(WORKER_URLS[label] ?? WORKER_URLS.editor, { name: label });
  },
};
