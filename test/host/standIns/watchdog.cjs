// Stands in for native-watchdog, which ends a process whose parent has died; diesWithParent.cjs does that here.
exports.start = () => {};
exports.exit = (code) => process.exit(code);
