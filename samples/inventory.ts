export interface Item {
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
}

export class Inventory {
  private readonly items = new Map<string, Item>();

  add(item: Item): void {
    this.items.set(‸item.name, item);
  }

  remove(name: string): boolean {
    return this.items.delete(name);
  }

  total(): number {
    let sum = 0;
    for (const item of this.items.values()) {
      sum += item.‸price * item.quantity;
    }
    return sum;
  }
}
