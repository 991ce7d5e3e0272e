using System;
using System.Collections.Generic;
using System.Linq;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>Tables of SPC-6 and SBC-5 as they are printed, one row a line.</summary>
internal static class ModelTables
{
    /// <summary>
    /// Command, an example of its CDB, then: from any I_T nexus under Write Exclusive, Exclusive Access; from a registered one
    /// (RR); from one not registered under Write Exclusive - RR, Exclusive Access - RR. A: allowed, C: conflict. Last, whether
    /// it is allowed while reservation information is lost.
    /// </summary>
    private const string Commands = """
        TEST UNIT READY                | 00 00 00 00 00 00                               | A A A A A | no
        REQUEST SENSE                  | 03 00 00 00 FC 00                               | A A A A A | lost
        INQUIRY                        | 12 00 00 00 FF 00                               | A A A A A | lost
        REPORT LUNS                    | A0 00 00 00 00 00 00 00 10 00 00 00             | A A A A A | lost
        LOG SENSE                      | 4D 00 40 00 00 00 00 00 FF 00                   | A A A A A | lost
        LOG SELECT                     | 4C 00 00 00 00 00 00 00 00 00                   | C C A C C | no
        MODE SENSE(6)                  | 1A 00 3F 00 FF 00                               | A C A A C | no
        MODE SENSE(10)                 | 5A 00 3F 00 00 00 00 00 FF 00                   | A C A A C | no
        MODE SELECT(6)                 | 15 10 00 00 10 00                               | C C A C C | no
        MODE SELECT(10)                | 55 10 00 00 00 00 00 00 10 00                   | C C A C C | no
        PERSISTENT RESERVE IN          | 5E 00 00 00 00 00 00 00 FF 00                   | A A A A A | no
        READ BUFFER                    | 3C 00 00 00 00 00 00 00 10 00                   | A C A A C | lost
        WRITE BUFFER                   | 3B 00 00 00 00 00 00 00 10 00                   | C C A C C | lost
        RECEIVE DIAGNOSTIC RESULTS     | 1C 01 00 00 FF 00                               | A C A A C | no
        SEND DIAGNOSTIC                | 1D 04 00 00 00 00                               | C C A C C | no
        REPORT SUPPORTED OPERATION     | A3 0C 00 00 00 00 00 00 10 00 00 00             | A C A A C | no
        REPORT SUPPORTED TMF           | A3 0D 00 00 00 00 00 00 10 00 00 00             | A C A A C | no
        REPORT TARGET PORT GROUPS      | A3 0A 00 00 00 00 00 00 10 00 00 00             | A A A A A | lost
        REPORT IDENTIFYING INFORMATION | A3 05 00 00 00 00 00 00 10 00 00 00             | A A A A A | no
        REPORT TIMESTAMP               | A3 0F 00 00 00 00 00 00 10 00 00 00             | A A A A A | no
        SET TARGET PORT GROUPS         | A4 0A 00 00 00 00 00 00 10 00 00 00             | C C A C C | no
        SET IDENTIFYING INFORMATION    | A4 06 00 00 00 00 00 00 10 00 00 00             | C C A C C | no
        EXTENDED COPY(LID1)            | 83 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | C C A C C | no
        RECEIVE COPY STATUS(LID1)      | 84 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | A A A A A | no
        RECEIVE ROD TOKEN INFORMATION  | 84 07 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | A A A A A | no
        POPULATE TOKEN                 | 83 10 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | A C A A C | no
        WRITE USING TOKEN              | 83 11 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | C C A C C | no
        SECURITY PROTOCOL IN           | A2 00 00 00 00 00 00 00 00 10 00 00             | A C A A C | no
        SECURITY PROTOCOL OUT          | B5 00 00 00 00 00 00 00 00 10 00 00             | C C A C C | no
        COMPARE AND WRITE              | 89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | C C A C C | no
        FORMAT UNIT                    | 04 00 00 00 00 00                               | C C A C C | no
        GET LBA STATUS                 | 9E 12 00 00 00 00 00 00 00 00 00 00 00 10 00 00 | A C A A C | no
        ORWRITE                        | 8B 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | C C A C C | no
        PRE-FETCH(10)                  | 34 00 00 00 00 00 00 00 01 00                   | A C A A C | no
        PREVENT ALLOW (Prevent=0)      | 1E 00 00 00 00 00                               | A A A A A | no
        PREVENT ALLOW (Prevent<>0)     | 1E 00 00 00 01 00                               | C C A C C | no
        READ(6)                        | 08 00 00 00 01 00                               | A C A A C | no
        READ(10)                       | 28 00 00 00 00 00 00 00 01 00                   | A C A A C | no
        READ(12)                       | A8 00 00 00 00 00 00 00 00 01 00 00             | A C A A C | no
        READ(16)                       | 88 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | A C A A C | no
        READ CAPACITY(10)              | 25 00 00 00 00 00 00 00 00 00                   | A A A A A | no
        READ CAPACITY(16)              | 9E 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00 | A A A A A | no
        READ DEFECT DATA(10)           | 37 00 00 00 00 00 00 00 10 00                   | A C A A C | no
        REASSIGN BLOCKS                | 07 00 00 00 00 00                               | C C A C C | no
        REPORT REFERRALS               | 9E 13 00 00 00 00 00 00 00 00 00 00 00 20 00 00 | A A A A A | no
        SANITIZE                       | 48 01 00 00 00 00 00 00 00 00                   | C C A C C | no
        START STOP UNIT (start)        | 1B 00 00 00 01 00                               | A A A A A | lost
        START STOP UNIT (stop)         | 1B 00 00 00 00 00                               | C C A C C | no
        START STOP UNIT (power)        | 1B 00 00 00 31 00                               | C C A C C | no
        SYNCHRONIZE CACHE(10)          | 35 00 00 00 00 00 00 00 00 00                   | C C A C C | no
        SYNCHRONIZE CACHE(16)          | 91 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | C C A C C | no
        UNMAP                          | 42 00 00 00 00 00 00 00 18 00                   | C C A C C | no
        VERIFY(10)                     | 2F 00 00 00 00 00 00 00 01 00                   | A C A A C | no
        VERIFY(16)                     | 8F 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | A C A A C | no
        WRITE(6)                       | 0A 00 00 00 01 00                               | C C A C C | no
        WRITE(10)                      | 2A 00 00 00 00 00 00 00 01 00                   | C C A C C | no
        WRITE(16)                      | 8A 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | C C A C C | no
        WRITE AND VERIFY(10)           | 2E 00 00 00 00 00 00 00 01 00                   | C C A C C | no
        WRITE LONG(10)                 | 3F 40 00 00 00 00 00 00 00 00                   | C C A C C | no
        WRITE SAME(16)                 | 93 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 | C C A C C | no
        """;

    public static IReadOnlyList<(string Name, byte[] Cdb, bool[] Columns, bool WhenLost)> All { get; } =
    [
        .. Commands.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (
                cells[0],
                Convert.FromHexString(cells[1].Replace(" ", "", StringComparison.Ordinal)),
                cells[2].Split(' ').Select(cell => cell == "A").ToArray(),
                cells[3] == "lost")),
    ];

    /// <summary>
    /// PERSISTENT RESERVE OUT service actions while another holds the reservation: from a registered nexus, from another one.
    /// </summary>
    public static IReadOnlyList<string> ServiceActions { get; } = ["AA", "CC", "AC", "AC", "AC", "AC", "AA", "CC", "AC"];
}
