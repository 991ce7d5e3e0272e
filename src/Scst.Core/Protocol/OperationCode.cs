namespace Scst.Protocol;

/// <summary>OPERATION CODE field, byte 0 of every CDB (SPC-6, SBC-5, MMC-6).</summary>
public enum OperationCode : byte
{
    /// <summary>00h TEST UNIT READY.</summary>
    TestUnitReady = 0x00,

    /// <summary>01h REZERO UNIT (obsolete; REWIND of a tape).</summary>
    RezeroUnit = 0x01,

    /// <summary>03h REQUEST SENSE.</summary>
    RequestSense = 0x03,

    /// <summary>04h FORMAT UNIT.</summary>
    FormatUnit = 0x04,

    /// <summary>07h REASSIGN BLOCKS.</summary>
    ReassignBlocks = 0x07,

    /// <summary>08h READ(6).</summary>
    Read6 = 0x08,

    /// <summary>0Ah WRITE(6).</summary>
    Write6 = 0x0A,

    /// <summary>0Bh SEEK(6) (obsolete).</summary>
    Seek6 = 0x0B,

    /// <summary>12h INQUIRY.</summary>
    Inquiry = 0x12,

    /// <summary>13h VERIFY(6) (of a tape).</summary>
    Verify6 = 0x13,

    /// <summary>15h MODE SELECT(6).</summary>
    ModeSelect6 = 0x15,

    /// <summary>16h RESERVE(6) (SPC-2).</summary>
    Reserve6 = 0x16,

    /// <summary>17h RELEASE(6) (SPC-2).</summary>
    Release6 = 0x17,

    /// <summary>1Ah MODE SENSE(6).</summary>
    ModeSense6 = 0x1A,

    /// <summary>1Bh START STOP UNIT.</summary>
    StartStopUnit = 0x1B,

    /// <summary>1Ch RECEIVE DIAGNOSTIC RESULTS.</summary>
    ReceiveDiagnosticResults = 0x1C,

    /// <summary>1Dh SEND DIAGNOSTIC.</summary>
    SendDiagnostic = 0x1D,

    /// <summary>1Eh PREVENT ALLOW MEDIUM REMOVAL.</summary>
    PreventAllowMediumRemoval = 0x1E,

    /// <summary>23h READ FORMAT CAPACITIES (MMC).</summary>
    ReadFormatCapacities = 0x23,

    /// <summary>25h READ CAPACITY(10); READ CAPACITY of a CD-ROM.</summary>
    ReadCapacity10 = 0x25,

    /// <summary>28h READ(10).</summary>
    Read10 = 0x28,

    /// <summary>2Ah WRITE(10).</summary>
    Write10 = 0x2A,

    /// <summary>2Bh SEEK(10).</summary>
    Seek10 = 0x2B,

    /// <summary>2Eh WRITE AND VERIFY(10).</summary>
    WriteAndVerify10 = 0x2E,

    /// <summary>2Fh VERIFY(10).</summary>
    Verify10 = 0x2F,

    /// <summary>34h PRE-FETCH(10).</summary>
    PreFetch10 = 0x34,

    /// <summary>35h SYNCHRONIZE CACHE(10).</summary>
    SynchronizeCache10 = 0x35,

    /// <summary>37h READ DEFECT DATA(10).</summary>
    ReadDefectData10 = 0x37,

    /// <summary>3Bh WRITE BUFFER.</summary>
    WriteBuffer = 0x3B,

    /// <summary>3Ch READ BUFFER(10).</summary>
    ReadBuffer10 = 0x3C,

    /// <summary>3Eh READ LONG(10) (obsolete).</summary>
    ReadLong10 = 0x3E,

    /// <summary>3Fh WRITE LONG(10).</summary>
    WriteLong10 = 0x3F,

    /// <summary>41h WRITE SAME(10).</summary>
    WriteSame10 = 0x41,

    /// <summary>42h UNMAP; READ SUB-CHANNEL of a CD-ROM.</summary>
    Unmap = 0x42,

    /// <summary>43h READ TOC/PMA/ATIP (MMC).</summary>
    ReadTocPmaAtip = 0x43,

    /// <summary>44h READ HEADER (MMC, obsolete).</summary>
    ReadHeader = 0x44,

    /// <summary>46h GET CONFIGURATION (MMC).</summary>
    GetConfiguration = 0x46,

    /// <summary>48h SANITIZE.</summary>
    Sanitize = 0x48,

    /// <summary>4Ah GET EVENT STATUS NOTIFICATION (MMC).</summary>
    GetEventStatusNotification = 0x4A,

    /// <summary>4Ch LOG SELECT.</summary>
    LogSelect = 0x4C,

    /// <summary>4Dh LOG SENSE.</summary>
    LogSense = 0x4D,

    /// <summary>50h XDWRITE(10) (obsolete).</summary>
    XdWrite10 = 0x50,

    /// <summary>51h READ DISC INFORMATION (MMC).</summary>
    ReadDiscInformation = 0x51,

    /// <summary>52h READ TRACK INFORMATION (MMC).</summary>
    ReadTrackInformation = 0x52,

    /// <summary>53h XDWRITEREAD(10) (obsolete).</summary>
    XdWriteRead10 = 0x53,

    /// <summary>55h MODE SELECT(10).</summary>
    ModeSelect10 = 0x55,

    /// <summary>56h RESERVE(10) (SPC-2).</summary>
    Reserve10 = 0x56,

    /// <summary>57h RELEASE(10) (SPC-2).</summary>
    Release10 = 0x57,

    /// <summary>5Ah MODE SENSE(10).</summary>
    ModeSense10 = 0x5A,

    /// <summary>5Eh PERSISTENT RESERVE IN.</summary>
    PersistentReserveIn = 0x5E,

    /// <summary>5Fh PERSISTENT RESERVE OUT.</summary>
    PersistentReserveOut = 0x5F,

    /// <summary>7Eh extended CDB.</summary>
    ExtendedCdb = 0x7E,

    /// <summary>7Fh variable length CDB; the service action is in bytes 8 and 9.</summary>
    VariableLength = 0x7F,

    /// <summary>83h THIRD-PARTY COPY OUT (EXTENDED COPY and others by service action).</summary>
    ThirdPartyCopyOut = 0x83,

    /// <summary>84h THIRD-PARTY COPY IN (RECEIVE COPY RESULTS and others by service action).</summary>
    ThirdPartyCopyIn = 0x84,

    /// <summary>85h ATA PASS-THROUGH(16).</summary>
    AtaPassThrough16 = 0x85,

    /// <summary>86h ACCESS CONTROL IN (obsolete).</summary>
    AccessControlIn = 0x86,

    /// <summary>87h ACCESS CONTROL OUT (obsolete).</summary>
    AccessControlOut = 0x87,

    /// <summary>88h READ(16).</summary>
    Read16 = 0x88,

    /// <summary>89h COMPARE AND WRITE.</summary>
    CompareAndWrite = 0x89,

    /// <summary>8Ah WRITE(16).</summary>
    Write16 = 0x8A,

    /// <summary>8Bh ORWRITE(16).</summary>
    OrWrite16 = 0x8B,

    /// <summary>8Ch READ ATTRIBUTE.</summary>
    ReadAttribute = 0x8C,

    /// <summary>8Dh WRITE ATTRIBUTE.</summary>
    WriteAttribute = 0x8D,

    /// <summary>8Eh WRITE AND VERIFY(16).</summary>
    WriteAndVerify16 = 0x8E,

    /// <summary>8Fh VERIFY(16).</summary>
    Verify16 = 0x8F,

    /// <summary>90h PRE-FETCH(16).</summary>
    PreFetch16 = 0x90,

    /// <summary>91h SYNCHRONIZE CACHE(16).</summary>
    SynchronizeCache16 = 0x91,

    /// <summary>93h WRITE SAME(16).</summary>
    WriteSame16 = 0x93,

    /// <summary>94h ZONING OUT (ZBC).</summary>
    ZoningOut = 0x94,

    /// <summary>95h ZONING IN (ZBC).</summary>
    ZoningIn = 0x95,

    /// <summary>9Ch WRITE ATOMIC(16).</summary>
    WriteAtomic16 = 0x9C,

    /// <summary>9Dh SERVICE ACTION BIDIRECTIONAL.</summary>
    ServiceActionBidirectional = 0x9D,

    /// <summary>9Eh SERVICE ACTION IN(16): READ CAPACITY(16), GET LBA STATUS(16) and others by service action.</summary>
    ServiceActionIn16 = 0x9E,

    /// <summary>9Fh SERVICE ACTION OUT(16).</summary>
    ServiceActionOut16 = 0x9F,

    /// <summary>A0h REPORT LUNS.</summary>
    ReportLuns = 0xA0,

    /// <summary>A1h ATA PASS-THROUGH(12); BLANK of a CD recorder.</summary>
    AtaPassThrough12 = 0xA1,

    /// <summary>A2h SECURITY PROTOCOL IN.</summary>
    SecurityProtocolIn = 0xA2,

    /// <summary>A3h MAINTENANCE IN: REPORT SUPPORTED OPERATION CODES and others by service action.</summary>
    MaintenanceIn = 0xA3,

    /// <summary>A4h MAINTENANCE OUT: SET TARGET PORT GROUPS and others by service action.</summary>
    MaintenanceOut = 0xA4,

    /// <summary>A6h LOAD/UNLOAD MEDIUM (MMC).</summary>
    LoadUnload = 0xA6,

    /// <summary>A8h READ(12).</summary>
    Read12 = 0xA8,

    /// <summary>A9h SERVICE ACTION OUT(12).</summary>
    ServiceActionOut12 = 0xA9,

    /// <summary>AAh WRITE(12).</summary>
    Write12 = 0xAA,

    /// <summary>ABh SERVICE ACTION IN(12).</summary>
    ServiceActionIn12 = 0xAB,

    /// <summary>ACh GET PERFORMANCE (MMC).</summary>
    GetPerformance = 0xAC,

    /// <summary>ADh READ DISC STRUCTURE (MMC).</summary>
    ReadDiscStructure = 0xAD,

    /// <summary>AEh WRITE AND VERIFY(12).</summary>
    WriteAndVerify12 = 0xAE,

    /// <summary>AFh VERIFY(12).</summary>
    Verify12 = 0xAF,

    /// <summary>B5h SECURITY PROTOCOL OUT.</summary>
    SecurityProtocolOut = 0xB5,

    /// <summary>B6h SET STREAMING (MMC).</summary>
    SetStreaming = 0xB6,

    /// <summary>B7h READ DEFECT DATA(12).</summary>
    ReadDefectData12 = 0xB7,

    /// <summary>B9h READ CD MSF (MMC).</summary>
    ReadCdMsf = 0xB9,

    /// <summary>BBh SET CD SPEED (MMC).</summary>
    SetCdSpeed = 0xBB,

    /// <summary>BDh MECHANISM STATUS (MMC).</summary>
    MechanismStatus = 0xBD,

    /// <summary>BEh READ CD (MMC).</summary>
    ReadCd = 0xBE,
}
