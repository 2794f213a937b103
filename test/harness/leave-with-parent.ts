/**
 * Preloaded into every program that tests and the demo start: when the parent dies, even by `kill -9`, the channel
 * to it closes and the program is asked to stop, so that nothing is left holding ports.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
