import { shortcutOf } from './shortcuts';

function press(key: string, focused: HTMLElement = document.body, over: KeyboardEventInit = {}) {
  document.body.append(focused === document.body ? '' : focused);
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...over });
  focused.dispatchEvent(event);
  return shortcutOf(event);
}

describe('keyboard shortcuts', () => {
  it.each([
    [' ', 'pause'],
    ['?', 'help'],
    ['t', 'theme'],
    ['1', '1m'],
    ['5', '24h'],
    ['6', null],
    ['0', null],
    ['x', null],
  ])('%p means %p', (key, meaning) => {
    expect(press(key)).toBe(meaning);
  });

  it('leave Space to the button that has the focus', () => {
    expect(press(' ', document.createElement('button'))).toBeNull();
  });

  it('leave every key to a field that has the focus', () => {
    expect(press('t', document.createElement('input'))).toBeNull();
  });

  it('leave combinations to the browser', () => {
    expect(press('t', document.body, { ctrlKey: true })).toBeNull();
  });
});
