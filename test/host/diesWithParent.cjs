// Loaded before VS Code's server, which passes it on to the extension hosts it forks: whatever way the process that
// started them ends, even by SIGKILL, none of them stays behind.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 1000).unref();
