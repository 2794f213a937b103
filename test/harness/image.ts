import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an image says of itself, in the words of the OCI. */
export interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  Volumes: Record<string, object>;
  ExposedPorts: Record<string, object>;
}

/** What Docker's `HEALTHCHECK` says; the OCI has no word for it. */
interface DockerConfig {
  Healthcheck?: { Test: string[] };
}

/** Whether images can be built here without a Docker engine. */
export const canBuildImages = (): boolean => process.getuid?.() === 0 && spawnSync('which', ['buildah']).status === 0;

/** Images in a folder of their own, made by Debian's buildah: no engine, no registry, every layer a plain copy. */
export class Images {
  readonly #store: string[];

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#store = [...['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs']];
  }

  /** Builds a Dockerfile; what it printed. `target` is the last stage unless told. */
  async build(options: {
    context: string;
    dockerfile: string;
    tag: string;
    target?: string;
    args?: Record<string, string>;
  }): Promise<string> {
    const { context, dockerfile, tag, target, args = {} } = options;
    const { stdout, stderr } = await this.#buildah(
      ...['bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never', '--file', dockerfile, '--tag', tag],
      ...(target === undefined ? [] : ['--target', target]),
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      context,
    );
    return `${stdout}${stderr}`;
  }

  async config(tag: string): Promise<ImageConfig & DockerConfig> {
    const { stdout } = await this.#buildah('inspect', '--type', 'image', tag);
    const { OCIv1, Docker } = JSON.parse(stdout) as {
      OCIv1: { config: ImageConfig };
      Docker: { config: DockerConfig };
    };
    return { ...Docker.config, ...OCIv1.config };
  }

  /** The files of an image: a folder that may be written to without changing the image. */
  async unpack(tag: string): Promise<string> {
    const container = (await this.#buildah('from', '--pull-never', tag)).stdout.trim();
    return (await this.#buildah('mount', container)).stdout.trim();
  }

  #buildah(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run('buildah', [...this.#store, ...args], { maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C' } });
  }
}
