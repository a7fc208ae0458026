import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterEngines } from './cluster.js';

/**
 * One process that does everything; a `bff` in front of a `rest` and an `aggregator` that share a data directory; or each workload as a process of its own over
 * servers, which are all that they share: Kafka, PostgreSQL and S3, or Kafka, Cassandra and Redis.
 */
export type Topology = 'one-process' | 'split' | 'cluster' | 'cluster-cassandra';

/** The processes of each, in the order of their starts. None of a group is ready without the others: what one appends, another folds. */
const processesOf: Record<Topology, readonly (readonly string[])[]> = {
  'one-process': [['all']],
  split: [['rest', 'aggregator'], ['bff']],
  cluster: [['documents-rest', 'documents-aggregator', 'users-rest', 'users-aggregator', 'reporting-rest', 'reporting-aggregator'], ['bff']],
  'cluster-cassandra': [['documents-rest', 'documents-aggregator', 'users-rest', 'users-aggregator', 'reporting-rest', 'reporting-aggregator'], ['bff']],
};

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

const adminEmail = 'admin@example.org';
const adminPassword = 'first of all';
const longestStart = 40_000;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

/** The built program, started like anybody starts it. */
export class Kilo {
  readonly #processes = new Map<string, Running>();
  #adminToken = '';

  private constructor(
    readonly topology: Topology,
    readonly data: string,
    readonly engines: ClusterEngines | null,
  ) {}

  static readonly admin = { email: adminEmail, password: adminPassword, displayName: 'Administrator' };

  static async start(topology: Topology): Promise<Kilo> {
    const kilo = new Kilo(topology, await mkdtemp(join(tmpdir(), 'kilo-browser-')), await ClusterEngines.create(topology));
    try {
      for (const group of processesOf[topology]) await Promise.all(group.map((name) => kilo.#run(name)));
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

  /** The process that keeps documents. */
  get keeper(): string {
    return processesOf[this.topology][0]?.[0] ?? '';
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
  async kill(name: string): Promise<void> {
    const { child } = this.#of(name);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again where it was. */
  async restart(name: string): Promise<void> {
    const { port } = new URL(this.#of(name).url);
    await this.#run(name, port);
  }

  async stop(): Promise<void> {
    for (const { child } of this.#processes.values()) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }
    }
    await rm(this.data, { recursive: true, force: true });
    await this.engines?.remove();
  }

  #of(name: string): Running {
    const running = this.#processes.get(name);
    if (!running) throw new Error(`There is no process ${name}.`);
    return running;
  }

  async #run(name: string, port = '0'): Promise<void> {
    const program = process.env.KILO_TEST_HOST;
    if (!program) throw new Error('KILO_TEST_HOST must name the built program.');
    const env: NodeJS.ProcessEnv = { ...process.env, ...this.engines?.environment, KILO_ADMIN_EMAIL: adminEmail, KILO_ADMIN_PASSWORD: adminPassword };
    const [module, role] = name.includes('-') ? name.split('-') : ['', name];
    if (role === 'bff') {
      env.Kilo__Upstreams__Documents = this.#of(this.keeper).url;
      env.Kilo__Upstreams__Users = this.#of(this.engines ? 'users-rest' : this.keeper).url;
      env.Kilo__Upstreams__Reporting = this.#of(this.engines ? 'reporting-rest' : this.keeper).url;
    }
    // Who folds and who serves share a directory, unless there are servers to share; Cassandra does not have the tables of reports.
    const shared = this.topology === 'cluster-cassandra' ? module === 'reporting' : !this.engines && role !== 'bff';
    const directory = join(this.data, shared ? module || 'kilo' : name);
    const child = spawn(program, ['--role', role ?? '', ...(module ? ['--modules', module] : []), '--port', port, '--data', directory], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`${name} was not ready in time. It said:\n${said}`)), longestStart);
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
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}. It said:\n${said}`)));
    });
    this.#processes.set(name, { child, url });
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
