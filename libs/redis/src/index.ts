export * from './connection';
export * from './entry-id';
export * from './keyspace';
export * from './script';
