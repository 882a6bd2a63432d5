/** Plays the scene for development: `node serve-scene.cjs [PORT] [FOLDER]`, the api's place in the dashboard's wire. */
import { frameAt } from './scene';
import { ScriptedGateway } from './scripted-gateway';

const [port = '3000', folder = 'dist/apps/dashboard'] = process.argv.slice(2);

async function serveScene(): Promise<void> {
  const gateway = new ScriptedGateway(folder);
  const origin = await gateway.listen(Number(port));
  console.log(`The scene plays on ${origin}`);
  let index = 0;
  const frames = setInterval(() => gateway.play(frameAt((index += 1))), 200);
  const heartbeats = setInterval(() => gateway.heartbeat(), 1_000);
  const stop = () => {
    clearInterval(frames);
    clearInterval(heartbeats);
    void gateway.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

void serveScene();
