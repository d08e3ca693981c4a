package io.ngrid.testkit.desk;

/** What a consumer bundle puts into a queue: a class that only it has. */
public final class Order {
    private String customer = "";
    private int amount;

    private Order() {}

    /** An order. */
    public Order(String customer, int amount) {
        this.customer = customer;
        this.amount = amount;
    }

    @Override
    public String toString() {
        return customer + ":" + amount;
    }
}
