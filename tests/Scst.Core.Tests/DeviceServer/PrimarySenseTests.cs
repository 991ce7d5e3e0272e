using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>What the commands of SPC-6 that look at their CDB and parameter list refuse, field by field.</summary>
[TestFixture]
internal sealed class PrimarySenseTests : PrimaryFixture
{
    // PC, PAGE CODE, SUBPAGE CODE, PARAMETER POINTER; PPC and SP are not supported.
    [TestCase("4D 00 0D 00 00 00 00 10 00 00", 2, 7, TestName = "LOG SENSE of thresholds")]
    [TestCase("4D 00 8D 00 00 00 00 10 00 00", 2, 7, TestName = "LOG SENSE of default thresholds")]
    [TestCase("4D 00 CD 00 00 00 00 10 00 00", 2, 7, TestName = "LOG SENSE of default cumulative values")]
    [TestCase("4D 01 4D 00 00 00 00 10 00 00", 1, 0, TestName = "LOG SENSE with SP")]
    [TestCase("4D 02 4D 00 00 00 00 10 00 00", 1, 1, TestName = "LOG SENSE with PPC")]
    [TestCase("4D 00 41 00 00 00 00 10 00 00", 2, 5, TestName = "LOG SENSE of a page that there is not")]
    [TestCase("4D 00 4D 01 00 00 00 10 00 00", 3, -1, TestName = "LOG SENSE of a subpage that there is not")]
    [TestCase("4D 00 4D FF 00 00 00 10 00 00", 3, -1, TestName = "LOG SENSE of all subpages of a page")]
    [TestCase("4D 00 4D 00 00 00 02 10 00 00", 5, -1, TestName = "LOG SENSE beyond the last parameter")]
    [TestCase("4D 00 40 00 00 00 01 10 00 00", 5, -1, TestName = "LOG SENSE of a parameter of page 00h")]
    [TestCase("4D 00 40 FF 00 00 01 10 00 00", 5, -1, TestName = "LOG SENSE of a parameter of page 00h/FFh")]
    [TestCase("4D 00 70 02 00 00 01 10 00 00", 5, -1, TestName = "LOG SENSE of a parameter of an empty page")]
    [TestCase("4C 01 C0 00 00 00 00 00 00 00", 1, 0, TestName = "LOG SELECT with SP")]
    [TestCase("4C 02 41 00 00 00 00 00 00 00", 2, 5, TestName = "LOG SELECT of a page that there is not")]
    [TestCase("4C 02 4D 01 00 00 00 00 00 00", 2, 5, TestName = "LOG SELECT of a subpage that there is not")]
    [TestCase("4C 02 41 FF 00 00 00 00 00 00", 2, 5, TestName = "LOG SELECT of all subpages of a page that there is not")]
    // MODE, BUFFER ID, BUFFER OFFSET and length.
    [TestCase("3C 00 00 00 00 00 00 10 00 00", 1, 4, TestName = "READ BUFFER of header and data")]
    [TestCase("3C 1C 00 00 00 00 00 10 00 00", 1, 4, TestName = "READ BUFFER of error history")]
    [TestCase("3C 22 00 00 00 00 00 10 00 00", 1, 5, TestName = "READ BUFFER with a MODE SPECIFIC field")]
    [TestCase("3C 02 01 00 00 00 00 10 00 00", 2, -1, TestName = "READ BUFFER of another buffer")]
    [TestCase("3C 02 00 00 40 00 00 10 00 00", 3, -1, TestName = "READ BUFFER beyond the end")]
    [TestCase("1C 01 01 10 00 00", 2, -1, TestName = "RECEIVE DIAGNOSTIC RESULTS of a page that there is not")]
    // SELF-TEST CODE is not supported.
    [TestCase("1D 20 00 00 00 00", 1, 5, TestName = "SEND DIAGNOSTIC of a background self-test")]
    [TestCase("1D 80 00 00 00 00", 1, 7, TestName = "SEND DIAGNOSTIC to abort a self-test")]
    [TestCase("1D C0 00 00 00 00", 1, 7, TestName = "SEND DIAGNOSTIC of an extended self-test")]
    [TestCase("1D 24 00 00 00 00", 1, 5, TestName = "SEND DIAGNOSTIC with SELFTEST and a SELF-TEST CODE")]
    [TestCase("1E 00 00 00 02 00", 4, 1, TestName = "PREVENT ALLOW MEDIUM REMOVAL, obsolete")]
    // INFORMATION TYPE; PRIORITY REPORTED.
    [TestCase("A3 05 00 00 00 00 00 00 10 00 02 00", 10, 7, TestName = "REPORT IDENTIFYING INFORMATION of a type that there is not")]
    [TestCase("A3 0E 80 00 00 00 00 00 10 00 00 00", 2, 7, TestName = "REPORT PRIORITY, reserved")]
    [TestCase("A4 0E 00 00 00 00 00 00 00 00 00 00", 1, 4, TestName = "SET PRIORITY, which there is not")]
    public void A_field_of_the_cdb_is_pointed_at(string cdb, int offset, int bit) =>
        Expect.InvalidFieldInCdb(Run(Initiator, Bytes(cdb), dataIn: 4096), offset, bit);

    [TestCase("4C 02 40 00 00 00 00 00 04 00", "19 00 00 00", 1, 1, TestName = "LOG SELECT with PCR and a list")]
    [TestCase("4C 00 59 00 00 00 00 00 04 00", "19 00 00 00", 2, 5, TestName = "LOG SELECT with a page code and a list")]
    [TestCase("4C 00 40 01 00 00 00 00 04 00", "19 00 00 00", 3, -1, TestName = "LOG SELECT with a subpage code and a list")]
    [TestCase("4C 00 40 00 00 00 00 00 03 00", "19 00 00", 7, -1, TestName = "LOG SELECT with part of a header")]
    [TestCase("4C 00 40 00 00 00 00 00 04 00", "19 00 00 01", 7, -1, TestName = "LOG SELECT with part of a page")]
    [TestCase("3B 00 00 00 00 00 00 00 04 00", "00 00 00 00", 1, 4, TestName = "WRITE BUFFER of header and data")]
    [TestCase("3B 05 00 00 00 00 00 00 04 00", "00 00 00 00", 1, 4, TestName = "WRITE BUFFER of microcode")]
    [TestCase("3B 02 01 00 00 00 00 00 04 00", "00 00 00 00", 2, -1, TestName = "WRITE BUFFER of another buffer")]
    [TestCase("3B 02 00 00 40 00 00 00 04 00", "00 00 00 00", 3, -1, TestName = "WRITE BUFFER beyond the end")]
    [TestCase("3B 02 00 00 3F FD 00 00 04 00", "00 00 00 00", 6, -1, TestName = "WRITE BUFFER over the end")]
    [TestCase("1D 14 00 00 04 00", "00 00 00 00", 3, -1, TestName = "SEND DIAGNOSTIC with SELFTEST and a list")]
    [TestCase("1D 00 00 00 04 00", "00 00 00 00", 1, 4, TestName = "SEND DIAGNOSTIC with a list and PF zero")]
    [TestCase("1D 10 00 00 04 00", "00 00 00 01", 3, -1, TestName = "SEND DIAGNOSTIC with part of a page")]
    [TestCase("1D 10 00 00 05 00", "00 00 00 00 00", 3, -1, TestName = "SEND DIAGNOSTIC with more than a page")]
    [TestCase("A4 06 00 00 00 00 00 00 00 04 02 00", "00 00 00 00", 10, 7, TestName = "SET IDENTIFYING INFORMATION of a type that there is not")]
    [TestCase("A4 06 00 00 00 00 00 00 00 04 FE 00", "00 00 00 00", 10, 7, TestName = "SET IDENTIFYING INFORMATION of what is supported")]
    public void A_field_of_the_cdb_is_pointed_at_that_does_not_fit_the_list(string cdb, string list, int offset, int bit) =>
        Expect.InvalidFieldInCdb(Send(cdb, Bytes(list)), offset, bit);

    [TestCase("3B 0A 00 00 00 00 00 10 01 00", 0x1001, 6, TestName = "WRITE BUFFER of more than the echo buffer takes")]
    [TestCase("3B 02 00 00 00 00 00 40 01 00", 0x4001, 6, TestName = "WRITE BUFFER of more than the buffer takes")]
    [TestCase("A4 06 00 00 00 00 00 00 00 41 00 00", 0x41, 6, TestName = "SET IDENTIFYING INFORMATION of more than there is room for")]
    [TestCase("A4 06 00 00 00 00 00 00 01 01 04 00", 0x101, 6, TestName = "SET IDENTIFYING INFORMATION of more text than there is room for")]
    public void Too_much_is_pointed_at(string cdb, int length, int offset) =>
        Expect.InvalidFieldInCdb(Send(cdb, new byte[length]), offset);

    [TestCase("4C 00 40 00 00 00 00 00 04 00", "01 00 00 00", 0, 5, TestName = "LOG SELECT with a page that there is not")]
    [TestCase("4C 00 40 00 00 00 00 00 04 00", "00 00 00 00", 0, 5, TestName = "LOG SELECT with page 00h")]
    [TestCase("4C 00 40 00 00 00 00 00 0C 00", "0D 00 00 00 19 00 00 04 00 01 03 00", 8, -1, TestName = "LOG SELECT with a parameter")]
    [TestCase("1D 10 00 00 04 00", "40 00 00 00", 0, -1, TestName = "SEND DIAGNOSTIC with a page that there is not")]
    [TestCase("1D 10 00 00 05 00", "00 00 00 01 00", 2, -1, TestName = "SEND DIAGNOSTIC with a page 00h that is not empty")]
    [TestCase("A4 0F 00 00 00 00 00 00 00 0C 00 00", "00 00 00 00 F1 00 00 00 00 00 00 00", 4, -1, TestName = "SET TIMESTAMP above F0h")]
    [TestCase("A4 06 00 00 00 00 00 00 00 02 04 00", "61 62", 0, -1, TestName = "SET IDENTIFYING INFORMATION of text without end")]
    [TestCase("A4 06 00 00 00 00 00 00 00 04 04 00", "61 00 62 00", 0, -1, TestName = "SET IDENTIFYING INFORMATION of text with two ends")]
    [TestCase("A4 06 00 00 00 00 00 00 00 03 04 00", "C3 28 00", 0, -1, TestName = "SET IDENTIFYING INFORMATION of what is no UTF-8")]
    public void A_field_of_the_list_is_pointed_at(string cdb, string list, int offset, int bit) =>
        Expect.InvalidFieldInList(Send(cdb, Bytes(list)), offset, bit);

    [TestCase("4C 00 40 00 00 00 00 00 04 00", "19 00", TestName = "LOG SELECT")]
    [TestCase("3B 02 00 00 00 00 00 00 04 00", "00 00", TestName = "WRITE BUFFER")]
    [TestCase("3B 0A 00 00 00 00 00 00 04 00", "00 00", TestName = "WRITE BUFFER of the echo buffer")]
    [TestCase("1D 10 00 00 04 00", "00 00", TestName = "SEND DIAGNOSTIC")]
    [TestCase("A4 06 00 00 00 00 00 00 00 04 00 00", "00 00", TestName = "SET IDENTIFYING INFORMATION")]
    [TestCase("A4 0F 00 00 00 00 00 00 00 0C 00 00", "00 00", TestName = "SET TIMESTAMP")]
    public void Less_data_than_the_list_length_says_is_a_length_error(string cdb, string list) =>
        Expect.Check(Send(cdb, Bytes(list)), 0x5, 0x1A00);

    [Test]
    public void A_timestamp_that_is_not_whole_is_a_length_error() =>
        Expect.Check(Send("A4 0F 00 00 00 00 00 00 00 0B 00 00", new byte[11]), 0x5, 0x1A00);

    [Test]
    public void An_echo_buffer_that_was_not_written_is_a_sequence_error()
    {
        Expect.Check(Send("3C 0A 00 00 00 00 00 10 00 00"), 0x5, 0x2C00);
        Expect.InvalidFieldInCdb(Send("3B 0A 00 00 00 00 00 10 01 00", new byte[0x1001]), 6);
        Expect.Check(Send("3C 0A 00 00 00 00 00 10 00 00"), 0x5, 0x2C00);
    }

    // A list length, or an allocation length, of zero is no error (SPC-6, 4.2.5).
    [TestCase("4C 00 40 00 00 00 00 00 00 00")]
    [TestCase("4D 00 40 00 00 00 00 00 00 00")]
    [TestCase("3B 02 00 00 00 00 00 00 00 00")]
    [TestCase("3C 02 00 00 00 00 00 00 00 00")]
    [TestCase("1C 00 00 00 00 00")]
    [TestCase("1D 00 00 00 00 00")]
    [TestCase("1D 10 00 00 00 00")]
    [TestCase("A3 05 00 00 00 00 00 00 00 00 00 00")]
    [TestCase("A3 0E 00 00 00 00 00 00 00 00 00 00")]
    [TestCase("A3 0F 00 00 00 00 00 00 00 00 00 00")]
    [TestCase("A4 0F 00 00 00 00 00 00 00 00 00 00")]
    public void Nothing_to_move_is_no_error(string cdb) => Expect.Good(Send(cdb));

    [Test]
    public void What_a_logical_unit_lacks_the_means_for_it_does_not_have()
    {
        Target target = Driver.AddTarget(
            "plain", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Add("plain", new ScriptedHandler())) });
        LoopbackInitiator initiator = Login("initiator", target);
        Expect.Check(Run(initiator, Bytes("1D 04 00 00 00 00")), 0x5, 0x2000);
        Expect.Check(Run(initiator, Bytes("1E 00 00 00 01 00")), 0x5, 0x2000);
        Expect.Good(Run(initiator, Bytes("A3 05 00 00 00 00 00 00 10 00 00 00"), dataIn: 4096));
    }
}
