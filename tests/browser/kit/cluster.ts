import pg from 'pg';
import type { Topology } from './kilo.js';

const serversOf: Partial<Record<Topology, readonly string[]>> = {
  cluster: ['KILO_TEST_KAFKA', 'KILO_TEST_POSTGRES', 'KILO_TEST_S3'],
  'cluster-cassandra': ['KILO_TEST_KAFKA', 'KILO_TEST_CASSANDRA', 'KILO_TEST_REDIS', 'KILO_TEST_S3'],
};

/**
 * What one installation has on servers that run already: topics under a prefix, a database or a keyspace, and a bucket of its own. Topics, keyspace and bucket
 * are made by Kilo itself and stay, under a name that nothing else uses.
 */
export class ClusterEngines {
  readonly #name = `browser_${crypto.randomUUID().slice(0, 8)}`;
  readonly #hasCassandra: boolean;

  private constructor(topology: Topology) {
    this.#hasCassandra = topology === 'cluster-cassandra';
  }

  /** Which variables would have to name a server, and name none. */
  static missing(topology: Topology): readonly string[] {
    return (serversOf[topology] ?? []).filter((name) => !process.env[name]);
  }

  /** Null for a topology that keeps everything in a directory. */
  static async create(topology: Topology): Promise<ClusterEngines | null> {
    if (!serversOf[topology]) return null;
    const engines = new ClusterEngines(topology);
    if (!engines.#hasCassandra) await engines.#run(`CREATE DATABASE ${engines.#name}`);
    return engines;
  }

  /** What each process needs in its environment. */
  get environment(): NodeJS.ProcessEnv {
    const [address = '', port = ''] = (process.env.KILO_TEST_CASSANDRA ?? '').split(':');
    return {
      ConnectionStrings__Kafka: process.env.KILO_TEST_KAFKA,
      Kilo__Kafka__TopicPrefix: `${this.#name}.`,
      ConnectionStrings__S3: `Endpoint=${process.env.KILO_TEST_S3};Bucket=${this.#name.replace('_', '-')};AccessKey=kilo;SecretKey=kilo-secret;Region=us-east-1;PathStyle=true`,
      ...(this.#hasCassandra
        ? { ConnectionStrings__Cassandra: `Contact Points=${address};Port=${port};Default Keyspace=${this.#name}`, ConnectionStrings__Redis: process.env.KILO_TEST_REDIS }
        : { ConnectionStrings__Postgres: `${process.env.KILO_TEST_POSTGRES};Database=${this.#name}`, Kilo__Views: 'postgres' }),
    };
  }

  async remove(): Promise<void> {
    if (!this.#hasCassandra) await this.#run(`DROP DATABASE ${this.#name} WITH (FORCE)`);
  }

  async #run(sql: string): Promise<void> {
    // As .NET writes it: Host=…;Port=…;Username=…;Password=…;Database=…
    const of = new Map((process.env.KILO_TEST_POSTGRES ?? '').split(';').map((part) => [part.split('=')[0]?.trim().toLowerCase(), part.slice(part.indexOf('=') + 1)]));
    const client = new pg.Client({ host: of.get('host'), port: Number(of.get('port') ?? 5432), user: of.get('username'), password: of.get('password'), database: of.get('database') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}
