namespace Scst.VDisk;

/// <summary>Pages of a store that are lent to system calls. Whoever has it gives it back once.</summary>
internal readonly struct PageLoan
{
    private readonly FileWindow? _window;

    internal PageLoan(FileWindow window, nint address)
    {
        _window = window;
        Address = address;
    }

    /// <summary>
    /// Where the first byte is mapped. Only system calls may touch it: a file that was cut is EFAULT to them, and the end of the
    /// process to anybody else.
    /// </summary>
    internal nint Address { get; }

    /// <summary>Whether anything is lent.</summary>
    internal bool IsLent => _window is not null;

    /// <summary>Ends the loan; what is not lent may be given back, too.</summary>
    internal void Return() => _window?.Leave();
}
