import { TestBed } from '@angular/core/testing';
import { WebSocket as NodeSocket } from 'ws';
import { API_ORIGIN, OPEN_SOCKET } from '../src/app/live-state/live-state-store';
import { ScriptedGateway } from './scripted-gateway';

/** A gateway that plays the scene, with the live state of Angular's test bed connected to it. */
export async function liveScene(): Promise<ScriptedGateway> {
  const gateway = new ScriptedGateway();
  const origin = await gateway.listen();
  TestBed.configureTestingModule({
    providers: [
      { provide: API_ORIGIN, useValue: origin },
      { provide: OPEN_SOCKET, useValue: openSocket },
    ],
  });
  return gateway;
}

/** A socket that, as in a browser, tells of a failure by its close event alone. */
function openSocket(url: string): NodeSocket {
  const socket = new NodeSocket(url);
  socket.on('error', () => undefined);
  return socket;
}

/** Ends both; the socket first, so that the gateway is left by nobody. */
export async function endScene(gateway: ScriptedGateway): Promise<void> {
  TestBed.resetTestingModule();
  await gateway.close();
}
