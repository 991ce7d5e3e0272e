using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>
/// A disk that has data received into the pages of a file. At the end of each test every loan must have come back, and the file
/// must hold what the test says and nothing else.
/// </summary>
[Platform("Linux")]
public abstract class PageReceivingFixture : IscsiFixture
{
    protected const int WriteError = 0x030C00;

    private byte[] _expected = [];

    internal PageReceivingHandler Lender => (PageReceivingHandler)Handler;

    protected static int PageLength => Environment.SystemPageSize;

    [TearDown]
    public async Task TakeBackLoans()
    {
        await WaitAsync(() => Lender.Outstanding == 0);
        AssertFile();
        Lender.Dispose();
    }

    private protected override GatedHandler MakeHandler(IDevHandler disk)
    {
        _expected = Pattern(DiskBytes, 78);
        return new PageReceivingHandler(disk, _expected);
    }

    /// <summary>From now on the file must hold this at a block.</summary>
    private protected void Expect(uint lba, ReadOnlySpan<byte> data) => data.CopyTo(_expected.AsSpan((int)lba * BlockLength));

    /// <summary>Whatever the file holds in these blocks is right by now, since their write has failed.</summary>
    private protected void ExpectAnything(uint lba, int blocks) =>
        Expect(lba, Lender.File.ReadAt((long)lba * BlockLength, blocks * BlockLength));

    /// <summary>The file has become shorter.</summary>
    private protected void Shorten(int length)
    {
        Lender.File.Shorten(length);
        Array.Resize(ref _expected, length);
    }

    private protected void AssertFile()
    {
        var content = Lender.File.ReadAt(0, DiskBytes);
        Assert.That(content, Has.Length.EqualTo(_expected.Length));
        var right = content.AsSpan().CommonPrefixLength(_expected);
        Assert.That(right, Is.EqualTo(_expected.Length), "the first byte of the file that is wrong");
    }
}
