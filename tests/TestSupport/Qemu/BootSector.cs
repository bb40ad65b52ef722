namespace TestSupport.Qemu;

/// <summary>
/// A boot sector in plain machine code, written instruction by instruction: the firmware loads it to 0:7C00 and runs it in real mode.
/// </summary>
public sealed class BootSector
{
    /// <summary>The mark by which a guest says that it has got to what its name promises.</summary>
    public const char Ready = 'R';

    private const int Origin = 0x7C00;
    private const int CodeSize = 510;

    // A byte of CMOS that neither firmware nor QEMU uses: a reset leaves it alone, a new QEMU starts with zero.
    private const byte BootedCell = 0x7E;
    private const byte Booted = 0xA5;

    private readonly List<byte> code = [];

    /// <summary><c>cli; xor ax,ax; mov ds,ax; mov es,ax; mov ss,ax; mov sp,7C00h</c></summary>
    public BootSector() => Emit(0xFA, 0x31, 0xC0, 0x8E, 0xD8, 0x8E, 0xC0, 0x8E, 0xD0, 0xBC, 0x00, 0x7C);

    /// <summary><c>mov dx,port; mov al,value; out dx,al</c></summary>
    public BootSector Out8(ushort port, byte value) => Emit(0xBA).Word(port).Emit(0xB0, value, 0xEE);

    /// <summary><c>mov dx,port; mov ax,value; out dx,ax</c></summary>
    public BootSector Out16(ushort port, ushort value) => Emit(0xBA).Word(port).Emit(0xB8).Word(value).Emit(0xEF);

    /// <summary>Writes one character to QEMU's debug console: <c>out E9h,mark</c></summary>
    public BootSector Mark(char mark) => Out8(0xE9, (byte)mark);

    /// <summary>
    /// Lets this many ticks of the timer pass, 55 ms each, without burning the host: <c>mov cx,ticks; again: sti; hlt; loop again; cli</c>
    /// </summary>
    public BootSector Delay(ushort ticks) => Emit(0xB9).Word(ticks).Emit(0xFB, 0xF4, 0xE2, 0xFC, 0xFA);

    /// <summary>
    /// Looks at a port at every tick until a bit is set: <c>mov dx,port; again: sti; hlt; in ax,dx; test ax,mask; jz again; cli</c>
    /// </summary>
    public BootSector WaitFor16(ushort port, ushort mask) =>
        Emit(0xBA).Word(port).Emit(0xFB, 0xF4, 0xED, 0xA9).Word(mask).Emit(0x74, 0xF8, 0xFA);

    /// <summary>
    /// Runs the body once in the life of a QEMU process, however often it resets:
    /// <c>mov al,7Eh; out 70h,al; in al,71h; cmp al,A5h; je past; out 70h,7Eh; out 71h,A5h; body; past:</c>
    /// </summary>
    public BootSector OnFirstBootOnly(Action<BootSector> body) =>
        Emit(0xB0, BootedCell, 0xE6, 0x70, 0xE4, 0x71, 0x3C, Booted)
            .Emit(0x0F, 0x84).Over(past => body(past.Out8(0x70, BootedCell).Out8(0x71, Booted)));

    /// <summary><c>again: body; jmp again</c></summary>
    public BootSector Forever(Action<BootSector> body)
    {
        var start = code.Count;
        body(this);
        return Emit(0xE9).Word(start - code.Count - 2);
    }

    /// <summary><c>again: cli; hlt; jmp again</c></summary>
    public BootSector HaltForever() => Forever(loop => loop.Emit(0xFA, 0xF4));

    /// <summary>
    /// An exception with an empty vector table becomes a triple fault, which resets: <c>lidt [empty]; int3; empty: times 6 db 0</c>
    /// </summary>
    public BootSector TripleFault() => Emit(0x0F, 0x01, 0x1E).Word(Origin + code.Count + 3).Emit(0xCC, 0, 0, 0, 0, 0, 0);

    /// <summary>Reads a sector of a disk by the BIOS: <c>mov ax,0201h; mov bx,8000h; mov cx,sector+1; mov dx,drive; int 13h</c></summary>
    /// <param name="drive">0x80 is the disk that was booted, 0x81 the next.</param>
    /// <param name="sector">From 0, within the first track.</param>
    public BootSector ReadSector(byte drive, byte sector) =>
        Emit(0xB8, 0x01, 0x02, 0xBB, 0x00, 0x80, 0xB9).Word(sector + 1).Emit(0xBA).Word(drive).Emit(0xCD, 0x13);

    /// <summary>
    /// Takes machine checks: vector 18 of the real-mode table leads to the handler, and with CR4.MCE the processor goes there
    /// instead of resetting:
    /// <c>mov word [48h],handler; mov word [4Ah],0; mov eax,cr4; or al,40h; mov cr4,eax; jmp past; handler: …; iret; past:</c>
    /// </summary>
    public BootSector OnMachineCheck(Action<BootSector> handler)
    {
        const int SetUp = 6 + 6 + 3 + 2 + 3;
        const int Jump = 3;
        return Emit(0xC7, 0x06, 0x48, 0x00).Word(Origin + code.Count + SetUp - 4 + Jump)
            .Emit(0xC7, 0x06, 0x4A, 0x00, 0x00, 0x00)
            .Emit(0x0F, 0x20, 0xE0, 0x0C, 0x40, 0x0F, 0x22, 0xE0)
            .Emit(0xE9).Over(past => { handler(past); past.Emit(0xCF); });
    }

    /// <summary>
    /// Ends a machine check (MCG_STATUS = 0), so that the next is not a nested one: <c>mov ecx,17Ah; xor eax,eax; xor edx,edx; wrmsr</c>
    /// </summary>
    public BootSector EndMachineCheck() => Emit(0x66, 0xB9, 0x7A, 0x01, 0, 0, 0x66, 0x31, 0xC0, 0x66, 0x31, 0xD2, 0x0F, 0x30);

    /// <summary>The disk: 512 bytes that end with the boot signature.</summary>
    public byte[] ToImage()
    {
        if (code.Count > CodeSize)
        {
            throw new InvalidOperationException($"A boot sector holds {CodeSize} bytes of code, this one has {code.Count}.");
        }

        return [.. code, .. new byte[CodeSize - code.Count], 0x55, 0xAA];
    }

    private BootSector Emit(params ReadOnlySpan<byte> instructions)
    {
        code.AddRange(instructions);
        return this;
    }

    private BootSector Word(int value) => Emit((byte)value, (byte)(value >> 8));

    /// <summary>Completes a jump with the distance over the body.</summary>
    private BootSector Over(Action<BootSector> body)
    {
        var distance = code.Count;
        Word(0);
        var start = code.Count;
        body(this);
        (code[distance], code[distance + 1]) = ((byte)(code.Count - start), (byte)((code.Count - start) >> 8));
        return this;
    }
}
