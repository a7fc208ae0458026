/** RFC 9457, as the server writes it. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: Record<string, string[]>;
}

/** An answer of the server that is not a success. `slug` is the stable end of the problem's type. */
export class ApiError extends Error {
  readonly status: number;
  readonly slug: string;
  readonly title: string | undefined;
  readonly errors: Record<string, string[]>;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Problem, retryAfter?: string | null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.slug = problem.type?.split(/[:/]/).at(-1) ?? '';
    this.title = problem.title;
    this.errors = problem.errors ?? {};
    const seconds = Number(retryAfter);
    this.retryAfterSeconds = retryAfter && Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** The server could not be reached at all. */
export class NetworkError extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'NetworkError';
  }
}

export function parseProblem(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Problem) : {};
  } catch {
    return {};
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const problem = parseProblem(await response.text().catch(() => ''));
  return new ApiError(response.status, problem, response.headers.get('Retry-After'));
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
