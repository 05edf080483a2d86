// Reads `go test -json` and shows what a person wants to see: a line per package, and everything about a test that failed.
// The numbers of passed and failed tests go to the file named by the first argument. Exit status 1 when anything failed.
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const blamed = new Set(); // packages with a failed test
const output = new Map(); // per test, until it passes

const keyOf = (event) => `${event.Package} ${event.Test ?? ''}`;

function keep(event) {
  const key = keyOf(event);
  if (!output.has(key)) output.set(key, []);
  output.get(key).push(event.Output);
}

function finish(event) {
  const key = keyOf(event);
  const lines = output.get(key) ?? [];
  output.delete(key);
  if (event.Test) {
    if (event.Action === 'pass') passed++;
    if (event.Action === 'fail') {
      failed++;
      blamed.add(event.Package);
      process.stdout.write(lines.join(''));
    }
    return;
  }
  if (event.Action === 'fail') {
    if (!blamed.has(event.Package)) failed++; // not one of its tests: it did not build, or it panicked
    process.stdout.write(lines.join(''));
  }
  if (event.Action !== 'skip') console.log(`${event.Action === 'pass' ? 'ok  ' : 'FAIL'} ${event.Package} ${(event.Elapsed ?? 0).toFixed(1)} s`);
}

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    console.log(line); // the compiler, or the race detector before a test began
    continue;
  }
  if (event.Action === 'output') keep(event);
  else if (event.Action === 'build-output') process.stdout.write(event.Output);
  else if (['pass', 'fail', 'skip'].includes(event.Action)) finish(event);
}
if (passed + failed === 0) failed = 1; // nothing ran
writeFileSync(process.argv[2], `${passed} ${failed}\n`);
process.exit(failed ? 1 : 0);
