package org.ramtracker.dirty;

/**
 * The VMM's own marks as a {@link DirtyLog}: whoever writes guest memory marks the page in the bitmap, always, whether a
 * migration runs or not. A mark costs one uncontended atomic operation; a flag that says whether to mark would need a full
 * fence between the store and its load, which costs as much.
 */
public final class DirtyBitmapLog implements DirtyLog {
    private final DirtyBitmap marks;

    /**
     * A log over a bitmap that guest writers mark.
     *
     * @param marks the bitmap
     */
    public DirtyBitmapLog(DirtyBitmap marks) {
        this.marks = marks;
    }

    /** Keeps old marks: reporting a page that was written before the start is over-reporting, which is harmless. */
    @Override
    public void start() {}

    @Override
    public long sync(PageBitmap pending) {
        return marks.harvestInto(pending);
    }

    @Override
    public void stop() {}
}
