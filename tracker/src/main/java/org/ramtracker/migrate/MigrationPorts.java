package org.ramtracker.migrate;

import org.agrona.concurrent.NanoClock;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.memory.GuestMemory;

/**
 * All that a migration sees of the world. The first four belong to the guest and outlive an attempt; the sink belongs to
 * one attempt.
 *
 * @param memory the guest's RAM; only its shape is looked at, never its bytes
 * @param log which pages were written; the same log that {@code round} collects from
 * @param round the owner of harvested dirty bits
 * @param vcpu pauses and resumes the guest
 * @param sink where the pages go
 * @param clock what time it is
 */
public record MigrationPorts(
        GuestMemory memory, DirtyLog log, DirtyRound round, VcpuControl vcpu, RamSink sink, NanoClock clock) {}
