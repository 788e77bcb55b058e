package org.ramtracker.example;

// docs:begin vcpu
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.VcpuControl;

/** A vCPU that counts, and stores each number into the next page of its memory. */
final class ExampleVcpu implements Runnable, VcpuControl {
    private final GuestMemory memory;
    private final TrackedWriter writer;
    private final ExampleRegisters registers;

    /** Odd: a pause is wanted. It only grows, so that the answer to an old pause is never taken for that to a new one. */
    private final AtomicLong wanted = new AtomicLong();

    private volatile long acknowledged;
    private volatile boolean poweredOff;

    ExampleVcpu(GuestMemory memory, TrackedWriter writer, ExampleRegisters registers) {
        this.memory = memory;
        this.writer = writer;
        this.registers = registers;
    }

    @Override
    public void run() {
        while (!poweredOff) {
            long seen = wanted.get();
            acknowledged = seen; // all stores so far are marked: TrackedWriter has returned from each of them
            if (isPause(seen)) {
                LockSupport.parkNanos(this, 50_000);
            } else {
                execute();
            }
        }
    }

    private void execute() {
        long next = registers.counter() + 1;
        writer.putLong(blockOf(memory, next), offsetBytesOf(memory, next), next);
        registers.setCounter(next);
        LockSupport.parkNanos(this, 10_000); // a guest with a moderate dirty rate
    }

    static RamBlock blockOf(GuestMemory memory, long number) {
        return memory.blocks().get((int) (number % memory.blocks().size()));
    }

    static long offsetBytesOf(GuestMemory memory, long number) {
        PageSize pageSize = memory.pageSize();
        return pageSize.toBytes(
                number / memory.blocks().size() % blockOf(memory, number).pages());
    }

    private static boolean isPause(long wanted) {
        return (wanted & 1) == 1;
    }

    @Override
    public boolean isRunning() {
        return true; // nobody but a migration pauses this guest
    }

    @Override
    public void requestPause() {
        wanted.updateAndGet(now -> now | 1);
    }

    @Override
    public boolean isDrained() {
        long now = wanted.get();
        return isPause(now) && acknowledged == now;
    }

    @Override
    public void resume() {
        wanted.updateAndGet(now -> isPause(now) ? now + 1 : now);
    }

    @Override
    public void throttle(int percent) {
        throw new UnsupportedOperationException("this vCPU knows full speed only");
    }

    void powerOff() {
        poweredOff = true;
    }
}
// docs:end vcpu
