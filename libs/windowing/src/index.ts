export * from './event-time';
export * from './tumbling-window';
export * from './watermark';
