# The guest program, x86-64, position-independent. guest.hex holds its encoding; GuestProgramTest assembles this file and
# compares. To renew the encoding, from the root of the work tree:
#
#   cd native-sim/src/main/resources/org/ramtracker/sim/guest
#   as -o /tmp/guest.o guest.s && objcopy -O binary -j .text /tmp/guest.o /tmp/guest.bin
#   od -An -v -tx1 -w16 /tmp/guest.bin | tr -d ' ' > guest.hex
#
# It does what GuestThread, WritePattern and Stamps do in Java, and in addition looks before each write whether the page
# still holds what the ledger says was written there last. Offset 0 is where a vCPU starts, offset 16 a function in the
# System V calling convention, for callers outside of a VM.

        .intel_syntax noprefix
        .text

# The control block of a thread or vCPU, 256 bytes (ControlBlock.java). All fields are 64 bits.

        .set BUDGET,        0x00        # machine writes: steps to make before the next OUT
        .set ACKNOWLEDGED,  0x08        # machine writes: steps that this vCPU has reported
        .set BAD_ORDINAL,   0x10        # program writes: page that is not as it was left,
        .set BAD_EXPECTED,  0x18        #   the stamp that the ledger has for it,
        .set BAD_FOUND,     0x20        #   and what was there
        .set KIND,          0x28        # 0 idle, 1 sweep, 2 hotset, 3 anywhere at random
        .set FIRST_ORDINAL, 0x30        # the share of the pages: where it begins,
        .set PAGES,         0x38        #   how many there are,
        .set HOT_PAGES,     0x40        #   and how many of them are hot
        .set PATTERN_KEY,   0x48
        .set STAMP_KEY,     0x50        # of this thread: key ^ thread << 48
        .set PAGE_SHIFT,    0x58
        .set LAST_OFFSET,   0x60        # of the last word in a page
        .set SLOTS,         0x68        # words in a page, less the first and the last
        .set LEDGER,        0x70        # of a vCPU: address of one word for each ordinal, its last stamp or 0
        .set BLOCKS,        0x80        # by block: end ordinal, address of the block less that of its first ordinal

        .set HOT_SPACING, 20
        .set COLD_EVERY, 10

        .set PORT_DONE,  0x700          # eax = low half of the steps made in all
        .set PORT_STALE, 0x704          # the control block says which page is not as it was left
        .set PORT_LOST,  0x708          # what the machine wrote into the control block has been lost

# A vCPU: rdi = control block, rsp = end of a stack, r12 = steps made in all.

start:
        cmp     r12, [rdi + ACKNOWLEDGED]
        jne     lost
        jmp     batch

        .org 16

# rdi = control block, rsi = ledger, rdx = first step, rcx = how many. Returns the step after the last one made: less than
# rdx + rcx if a page was found that is not as it was left.

make_steps:
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
        mov     r12, rsi
        mov     rsi, rdx
        lea     r8, [rdx + rcx]
        movabs  r9, 0xbf58476d1ce4e5b9
        movabs  r10, 0x94d049bb133111eb
        movabs  r11, 0x9e3779b97f4a7c15

next_step:
        cmp     rsi, r8
        jae     finished

# Which page: rbx = ordinal, counted from the share's first.

        mov     rax, rsi
        xor     edx, edx
        cmp     qword ptr [rdi + KIND], 2
        ja      anywhere
        je      hot_or_cold
        div     qword ptr [rdi + PAGES]
        mov     rbx, rdx
        jmp     located

hot_or_cold:
        mov     ecx, COLD_EVERY
        div     rcx
        test    rdx, rdx
        jz      anywhere
        mov     rax, rsi
        imul    rax, r11
        add     rax, [rdi + PATTERN_KEY]
        call    mix
        mul     qword ptr [rdi + HOT_PAGES]
        imul    rbx, rdx, HOT_SPACING
        jmp     located

anywhere:
        mov     rax, rsi
        imul    rax, r11
        add     rax, [rdi + PATTERN_KEY]
        call    mix
        mul     qword ptr [rdi + PAGES]
        mov     rbx, rdx

# Where it is: rbp = address, r14 = address of its word in the ledger.

located:
        add     rbx, [rdi + FIRST_ORDINAL]
        lea     rax, [rdi + BLOCKS]
find_block:
        cmp     rbx, [rax]
        jb      in_block
        add     rax, 16
        jmp     find_block
in_block:
        mov     ecx, [rdi + PAGE_SHIFT]
        mov     rbp, rbx
        shl     rbp, cl
        add     rbp, [rax + 8]
        mov     r13, [rdi + LAST_OFFSET]
        lea     r14, [r12 + 8 * rbx]

# Is it as it was left? r15 = the stamp in the ledger, rcx = what is there.

        mov     r15, [r14]
        test    r15, r15
        jz      store
        mov     rcx, [rbp]
        cmp     rcx, r15
        jne     stale_page
        mov     rcx, [rbp + r13]
        cmp     rcx, r15
        jne     stale_page
        mov     rax, r15
        mul     qword ptr [rdi + SLOTS]
        mov     rcx, [rbp + 8 * rdx + 8]
        cmp     rcx, r15
        jne     stale_page

# Write it: r15 = the new stamp.

store:
        mov     rax, rsi
        xor     rax, [rdi + STAMP_KEY]
        call    mix
        mov     r15, rax
        mul     qword ptr [rdi + SLOTS]
        mov     [rbp], r15
        mov     [rbp + 8 * rdx + 8], r15
        mov     [rbp + r13], r15
        mov     [r14], r15
        inc     rsi
        jmp     next_step

stale_page:
        mov     [rdi + BAD_ORDINAL], rbx
        mov     [rdi + BAD_EXPECTED], r15
        mov     [rdi + BAD_FOUND], rcx

finished:
        mov     rax, rsi
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        ret

# rax = Mixer.mix(rax); uses rcx.

mix:
        mov     rcx, rax
        shr     rcx, 30
        xor     rax, rcx
        imul    rax, r9
        mov     rcx, rax
        shr     rcx, 27
        xor     rax, rcx
        imul    rax, r10
        mov     rcx, rax
        shr     rcx, 31
        xor     rax, rcx
        ret

# One batch of a vCPU, bounded by its budget; the OUT ends KVM_RUN, and the machine looks whether the vCPU may go on.

batch:
        mov     rsi, [rdi + LEDGER]
        mov     rdx, r12
        mov     rcx, [rdi + BUDGET]
        lea     rbx, [rdx + rcx]
        call    make_steps
        mov     r12, rax
        mov     dx, PORT_DONE
        cmp     rax, rbx
        je      report
        mov     dx, PORT_STALE
report:
        out     dx, eax
        jmp     start

lost:
        mov     dx, PORT_LOST
        jmp     report
