// Stands in for native-watchdog, which ends a process whose parent has died; diesWithParent.cjs does that here.
module.exports = { start() {}, exit: (code) => process.exit(code) };
