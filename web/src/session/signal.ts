// A signal tells its listeners of a change, in the order in which they came.

export class Signal<T = void> {
  private readonly listeners: ((value: T) => void)[] = [];

  listen(listener: (value: T) => void): void {
    this.listeners.push(listener);
  }

  send(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}
