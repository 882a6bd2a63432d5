/** The storage did not answer in time; whether it did what it was asked is not known. */
export class StorageTimeout extends Error {
  constructor(ms: number) {
    super(`the storage did not answer within ${ms} ms`);
    this.name = 'StorageTimeout';
  }
}

/** Rejects with `StorageTimeout` when `work` takes longer than `ms`. The work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageTimeout(ms)), ms);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
