import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One process that does everything, or a `bff` in front of a `rest` and an `aggregator` that share a data directory. */
export type Topology = 'one-process' | 'split';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

const adminEmail = 'admin@example.org';
const adminPassword = 'first of all';
const longestStart = 20_000;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

/** The built program, started like anybody starts it. */
export class Kilo {
  readonly #processes = new Map<string, Running>();
  readonly #data: string;
  #adminToken = '';

  private constructor(
    readonly topology: Topology,
    data: string,
  ) {
    this.#data = data;
  }

  static readonly admin = { email: adminEmail, password: adminPassword, displayName: 'Administrator' };

  static async start(topology: Topology): Promise<Kilo> {
    const kilo = new Kilo(topology, await mkdtemp(join(tmpdir(), 'kilo-browser-')));
    try {
      if (topology === 'one-process') {
        await kilo.#run('all');
      } else {
        // Neither is ready without the other: what one appends, the other folds.
        await Promise.all([kilo.#run('rest'), kilo.#run('aggregator')]);
        await kilo.#run('bff');
      }
      const signedIn = await kilo.#json('POST', '/api/login', { email: adminEmail, password: adminPassword });
      kilo.#adminToken = (signedIn as { token: string }).token;
      return kilo;
    } catch (error) {
      await kilo.stop();
      throw error;
    }
  }

  /** Where the portal is. */
  get url(): string {
    return this.#of(this.topology === 'one-process' ? 'all' : 'bff').url;
  }

  /** The role of the process that keeps documents. */
  get keeper(): string {
    return this.topology === 'one-process' ? 'all' : 'rest';
  }

  /** Adds a member with a library of their own. */
  async addPerson(displayName: string, role: 'member' | 'admin' = 'member'): Promise<Person> {
    const email = `${displayName.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}@example.org`;
    const password = 'correct horse battery';
    const user = await this.#json('POST', '/api/users', { email, password, displayName, role });
    return { id: (user as { id: string }).id, email, password, displayName };
  }

  async disable(person: Person): Promise<void> {
    await this.#json('PATCH', `/api/users/${person.id}`, { disabled: true });
  }

  /** The API as a person, without a browser. */
  async as(person: Person): Promise<(method: string, path: string, body?: unknown) => Promise<unknown>> {
    const { token } = (await this.#json('POST', '/api/login', { email: person.email, password: person.password })) as { token: string };
    return (method, path, body) => this.#json(method, path, body, token);
  }

  /** Kills a process without a chance to tidy up. */
  async kill(role: string): Promise<void> {
    const { child } = this.#of(role);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again where it was. */
  async restart(role: string): Promise<void> {
    const { port } = new URL(this.#of(role).url);
    await this.#run(role, port);
  }

  async stop(): Promise<void> {
    for (const { child } of this.#processes.values()) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }
    }
    await rm(this.#data, { recursive: true, force: true });
  }

  #of(role: string): Running {
    const running = this.#processes.get(role);
    if (!running) throw new Error(`There is no process with the role ${role}.`);
    return running;
  }

  async #run(role: string, port = '0'): Promise<void> {
    const program = process.env.KILO_TEST_HOST;
    if (!program) throw new Error('KILO_TEST_HOST must name the built program.');
    const env: NodeJS.ProcessEnv = { ...process.env, KILO_ADMIN_EMAIL: adminEmail, KILO_ADMIN_PASSWORD: adminPassword };
    if (role === 'bff') {
      env.Kilo__Upstreams__Documents = env.Kilo__Upstreams__Users = env.Kilo__Upstreams__Reporting = this.#of('rest').url;
    }
    const child = spawn(program, ['--role', role, '--port', port, '--data', join(this.#data, role === 'bff' ? 'bff' : 'kilo')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`${role} was not ready in time. It said:\n${said}`)), longestStart);
      const listen = (text: Buffer) => {
        said += text.toString();
        const ready = /Kilo is ready at (http:\S+)/.exec(said);
        if (ready?.[1]) {
          clearTimeout(timer);
          resolve(ready[1]);
        }
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code) => reject(new Error(`${role} ended with ${code}. It said:\n${said}`)));
    });
    this.#processes.set(role, { child, url });
  }

  async #json(method: string, path: string, body?: unknown, token = this.#adminToken): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }
}
