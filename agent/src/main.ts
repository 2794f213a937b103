#!/usr/bin/env node
import { missingPart } from './missing-part.ts';

// Node keeps the deprecation warnings of packages to itself; bundled into the program, they would pass for ours.
process.noDeprecation = true;
try {
  const { runProgram } = await import('./commands/program.ts');
  process.exitCode = await runProgram(process.argv.slice(2), process.env);
} catch (error) {
  const problem = missingPart(error);
  if (problem === null) throw error;
  process.stderr.write(`${problem.code}  ${problem.what}\n    ${problem.cause}\n    -> ${problem.next}\n`);
  process.exitCode = 78; // as EXIT.config: nobody starts it again
}
