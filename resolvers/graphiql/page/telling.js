// What the page itself has to say to its reader.

/** An error that is shown as its message alone: the lines of the page's own code tell the reader nothing. */
export function told(message) {
  const error = new Error(message);
  error.stack = undefined;
  return error;
}
