#!/usr/bin/env node
import { runProgram } from './commands/program.ts';

// Node keeps the deprecation warnings of packages to itself; bundled into the program, they would pass for ours.
process.noDeprecation = true;
process.exitCode = await runProgram(process.argv.slice(2), process.env);
