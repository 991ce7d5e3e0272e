using NUnit.Framework;
using Scst.Iscsi.Login;

namespace Scst.Iscsi.Tests.Login;

/// <summary>iSCSI names (RFC 7143 4.2.7).</summary>
public class IscsiNameTests
{
    [TestCase("iqn.1999-07.com.os:hostid.77", "iqn.1999-07.com.os:hostid.77")]
    [TestCase("IQN.1999-07.com.OS", "iqn.1999-07.com.os")]
    [TestCase("iqn.1991-05.com.microsoft:my_host", "iqn.1991-05.com.microsoft:my_host")]
    [TestCase("eui.02004567A425678D", "eui.02004567a425678d")]
    [TestCase("naa.52004567BA64678D", "naa.52004567ba64678d")]
    [TestCase("naa.62004567BA64678D0123456789ABCDEF", "naa.62004567ba64678d0123456789abcdef")]
    [TestCase("iqn.2001-04.de.beispiel:größe", "iqn.2001-04.de.beispiel:größe")]
    [TestCase("", null)]
    [TestCase("iqn.", null)]
    [TestCase("iqn.1999-07", null)]
    [TestCase("iqn.1999-07.", null)]
    [TestCase("iqn.1999-07.:x", null)]
    [TestCase("iqn.99-07.com.os", null)]
    [TestCase("iqn.1999-7.com.os", null)]
    [TestCase("iqn.1999-07.com os", null)]
    [TestCase("iqn.1999-07.com/os", null)]
    [TestCase("eui.02004567A425678", null)]
    [TestCase("eui.02004567A425678G", null)]
    [TestCase("naa.52004567BA64678D0", null)]
    [TestCase("nqn.2014-08.org.nvmexpress:x", null)]
    public void Names_have_one_of_three_formats(string text, string? name)
    {
        Assert.That(IscsiName.TryNormalize(text, out var normalized), Is.EqualTo(name is not null));
        Assert.That(normalized, Is.EqualTo(name ?? ""));
    }

    [TestCase(223, true)]
    [TestCase(224, false)]
    public void A_name_has_at_most_223_bytes(int length, bool valid)
    {
        Assert.That(IscsiName.TryNormalize("iqn.1999-07.c".PadRight(length, 'x'), out _), Is.EqualTo(valid));
        var umlauts = "iqn.1999-07.c" + new string('ä', (length - 13) / 2);
        Assert.That(IscsiName.TryNormalize(umlauts, out _), Is.True, "counted in bytes");
        Assert.That(IscsiName.TryNormalize(umlauts + "ää", out _), Is.False);
    }
}
