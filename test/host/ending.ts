const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Calls back, once, when this process is told to end: by a signal, or by the end of the process that started it, which
 * with npm and tsx in between may never pass the signal on.
 */
export function whenToldToEnd(callback: (exitCode: number) => void): void {
  let told = false;
  const tell = (exitCode: number) => {
    if (told) return;
    told = true;
    callback(exitCode);
  };
  for (const [signal, exitCode] of Object.entries(exitCodes)) process.on(signal, () => tell(exitCode));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && tell(exitCodes.SIGHUP), 1000).unref();
}
