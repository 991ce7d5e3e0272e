namespace Scst.Protocol;

/// <summary>
/// ADDITIONAL SENSE CODE and ADDITIONAL SENSE CODE QUALIFIER, together. The properties are named as the table of
/// SPC-6 (ASC and ASCQ assignments) words them.
/// </summary>
/// <param name="Code">ADDITIONAL SENSE CODE.</param>
/// <param name="Qualifier">ADDITIONAL SENSE CODE QUALIFIER.</param>
public readonly record struct AdditionalSense(byte Code, byte Qualifier)
{
    /// <summary>00h/00h NO ADDITIONAL SENSE INFORMATION.</summary>
    public static AdditionalSense NoAdditionalSenseInformation => new(0x00, 0x00);

    /// <summary>00h/16h OPERATION IN PROGRESS.</summary>
    public static AdditionalSense OperationInProgress => new(0x00, 0x16);

    /// <summary>03h/00h PERIPHERAL DEVICE WRITE FAULT.</summary>
    public static AdditionalSense PeripheralDeviceWriteFault => new(0x03, 0x00);

    /// <summary>04h/00h LOGICAL UNIT NOT READY, CAUSE NOT REPORTABLE.</summary>
    public static AdditionalSense LogicalUnitNotReadyCauseNotReportable => new(0x04, 0x00);

    /// <summary>04h/01h LOGICAL UNIT IS IN PROCESS OF BECOMING READY.</summary>
    public static AdditionalSense LogicalUnitIsInProcessOfBecomingReady => new(0x04, 0x01);

    /// <summary>04h/02h LOGICAL UNIT NOT READY, INITIALIZING COMMAND REQUIRED.</summary>
    public static AdditionalSense LogicalUnitNotReadyInitializingCommandRequired => new(0x04, 0x02);

    /// <summary>04h/03h LOGICAL UNIT NOT READY, MANUAL INTERVENTION REQUIRED.</summary>
    public static AdditionalSense LogicalUnitNotReadyManualInterventionRequired => new(0x04, 0x03);

    /// <summary>04h/04h LOGICAL UNIT NOT READY, FORMAT IN PROGRESS.</summary>
    public static AdditionalSense LogicalUnitNotReadyFormatInProgress => new(0x04, 0x04);

    /// <summary>04h/07h LOGICAL UNIT NOT READY, OPERATION IN PROGRESS.</summary>
    public static AdditionalSense LogicalUnitNotReadyOperationInProgress => new(0x04, 0x07);

    /// <summary>04h/09h LOGICAL UNIT NOT READY, SELF-TEST IN PROGRESS.</summary>
    public static AdditionalSense LogicalUnitNotReadySelfTestInProgress => new(0x04, 0x09);

    /// <summary>04h/0Ah LOGICAL UNIT NOT ACCESSIBLE, ASYMMETRIC ACCESS STATE TRANSITION.</summary>
    public static AdditionalSense LogicalUnitNotAccessibleAsymmetricAccessStateTransition => new(0x04, 0x0A);

    /// <summary>04h/0Bh LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN STANDBY STATE.</summary>
    public static AdditionalSense LogicalUnitNotAccessibleTargetPortInStandbyState => new(0x04, 0x0B);

    /// <summary>04h/0Ch LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN UNAVAILABLE STATE.</summary>
    public static AdditionalSense LogicalUnitNotAccessibleTargetPortInUnavailableState => new(0x04, 0x0C);

    /// <summary>04h/14h LOGICAL UNIT NOT READY, SPACE ALLOCATION IN PROGRESS.</summary>
    public static AdditionalSense LogicalUnitNotReadySpaceAllocationInProgress => new(0x04, 0x14);

    /// <summary>05h/00h LOGICAL UNIT DOES NOT RESPOND TO SELECTION.</summary>
    public static AdditionalSense LogicalUnitDoesNotRespondToSelection => new(0x05, 0x00);

    /// <summary>08h/00h LOGICAL UNIT COMMUNICATION FAILURE.</summary>
    public static AdditionalSense LogicalUnitCommunicationFailure => new(0x08, 0x00);

    /// <summary>08h/01h LOGICAL UNIT COMMUNICATION TIME-OUT.</summary>
    public static AdditionalSense LogicalUnitCommunicationTimeOut => new(0x08, 0x01);

    /// <summary>0Bh/00h WARNING.</summary>
    public static AdditionalSense Warning => new(0x0B, 0x00);

    /// <summary>0Ch/00h WRITE ERROR.</summary>
    public static AdditionalSense WriteError => new(0x0C, 0x00);

    /// <summary>0Ch/02h WRITE ERROR - AUTO REALLOCATION FAILED.</summary>
    public static AdditionalSense WriteErrorAutoReallocationFailed => new(0x0C, 0x02);

    /// <summary>0Ch/03h WRITE ERROR - RECOMMEND REASSIGNMENT.</summary>
    public static AdditionalSense WriteErrorRecommendReassignment => new(0x0C, 0x03);

    /// <summary>0Ch/0Ch WRITE ERROR - UNEXPECTED UNSOLICITED DATA.</summary>
    public static AdditionalSense UnexpectedUnsolicitedData => new(0x0C, 0x0C);

    /// <summary>0Ch/0Dh WRITE ERROR - NOT ENOUGH UNSOLICITED DATA.</summary>
    public static AdditionalSense NotEnoughUnsolicitedData => new(0x0C, 0x0D);

    /// <summary>0Eh/00h INVALID INFORMATION UNIT.</summary>
    public static AdditionalSense InvalidInformationUnit => new(0x0E, 0x00);

    /// <summary>0Eh/01h INFORMATION UNIT TOO SHORT.</summary>
    public static AdditionalSense InformationUnitTooShort => new(0x0E, 0x01);

    /// <summary>0Eh/02h INFORMATION UNIT TOO LONG.</summary>
    public static AdditionalSense InformationUnitTooLong => new(0x0E, 0x02);

    /// <summary>0Eh/03h INVALID FIELD IN COMMAND INFORMATION UNIT.</summary>
    public static AdditionalSense InvalidFieldInCommandInformationUnit => new(0x0E, 0x03);

    /// <summary>10h/01h LOGICAL BLOCK GUARD CHECK FAILED.</summary>
    public static AdditionalSense LogicalBlockGuardCheckFailed => new(0x10, 0x01);

    /// <summary>10h/02h LOGICAL BLOCK APPLICATION TAG CHECK FAILED.</summary>
    public static AdditionalSense LogicalBlockApplicationTagCheckFailed => new(0x10, 0x02);

    /// <summary>10h/03h LOGICAL BLOCK REFERENCE TAG CHECK FAILED.</summary>
    public static AdditionalSense LogicalBlockReferenceTagCheckFailed => new(0x10, 0x03);

    /// <summary>11h/00h UNRECOVERED READ ERROR.</summary>
    public static AdditionalSense UnrecoveredReadError => new(0x11, 0x00);

    /// <summary>11h/14h READ ERROR - LBA MARKED BAD BY APPLICATION CLIENT.</summary>
    public static AdditionalSense ReadErrorLbaMarkedBadByApplicationClient => new(0x11, 0x14);

    /// <summary>1Ah/00h PARAMETER LIST LENGTH ERROR.</summary>
    public static AdditionalSense ParameterListLengthError => new(0x1A, 0x00);

    /// <summary>1Bh/00h SYNCHRONOUS DATA TRANSFER ERROR.</summary>
    public static AdditionalSense SynchronousDataTransferError => new(0x1B, 0x00);

    /// <summary>1Dh/00h MISCOMPARE DURING VERIFY OPERATION.</summary>
    public static AdditionalSense MiscompareDuringVerifyOperation => new(0x1D, 0x00);

    /// <summary>20h/00h INVALID COMMAND OPERATION CODE.</summary>
    public static AdditionalSense InvalidCommandOperationCode => new(0x20, 0x00);

    /// <summary>20h/02h ACCESS DENIED - NO ACCESS RIGHTS.</summary>
    public static AdditionalSense AccessDeniedNoAccessRights => new(0x20, 0x02);

    /// <summary>21h/00h LOGICAL BLOCK ADDRESS OUT OF RANGE.</summary>
    public static AdditionalSense LogicalBlockAddressOutOfRange => new(0x21, 0x00);

    /// <summary>21h/01h INVALID ELEMENT ADDRESS.</summary>
    public static AdditionalSense InvalidElementAddress => new(0x21, 0x01);

    /// <summary>24h/00h INVALID FIELD IN CDB.</summary>
    public static AdditionalSense InvalidFieldInCdb => new(0x24, 0x00);

    /// <summary>25h/00h LOGICAL UNIT NOT SUPPORTED.</summary>
    public static AdditionalSense LogicalUnitNotSupported => new(0x25, 0x00);

    /// <summary>26h/00h INVALID FIELD IN PARAMETER LIST.</summary>
    public static AdditionalSense InvalidFieldInParameterList => new(0x26, 0x00);

    /// <summary>26h/01h PARAMETER NOT SUPPORTED.</summary>
    public static AdditionalSense ParameterNotSupported => new(0x26, 0x01);

    /// <summary>26h/02h PARAMETER VALUE INVALID.</summary>
    public static AdditionalSense ParameterValueInvalid => new(0x26, 0x02);

    /// <summary>26h/04h INVALID RELEASE OF PERSISTENT RESERVATION.</summary>
    public static AdditionalSense InvalidReleaseOfPersistentReservation => new(0x26, 0x04);

    /// <summary>26h/06h TOO MANY TARGET DESCRIPTORS.</summary>
    public static AdditionalSense TooManyTargetDescriptors => new(0x26, 0x06);

    /// <summary>26h/07h UNSUPPORTED TARGET DESCRIPTOR TYPE CODE.</summary>
    public static AdditionalSense UnsupportedTargetDescriptorTypeCode => new(0x26, 0x07);

    /// <summary>26h/08h TOO MANY SEGMENT DESCRIPTORS.</summary>
    public static AdditionalSense TooManySegmentDescriptors => new(0x26, 0x08);

    /// <summary>26h/09h UNSUPPORTED SEGMENT DESCRIPTOR TYPE CODE.</summary>
    public static AdditionalSense UnsupportedSegmentDescriptorTypeCode => new(0x26, 0x09);

    /// <summary>27h/00h WRITE PROTECTED.</summary>
    public static AdditionalSense WriteProtected => new(0x27, 0x00);

    /// <summary>27h/01h HARDWARE WRITE PROTECTED.</summary>
    public static AdditionalSense HardwareWriteProtected => new(0x27, 0x01);

    /// <summary>27h/02h LOGICAL UNIT SOFTWARE WRITE PROTECTED.</summary>
    public static AdditionalSense LogicalUnitSoftwareWriteProtected => new(0x27, 0x02);

    /// <summary>27h/07h SPACE ALLOCATION FAILED WRITE PROTECT.</summary>
    public static AdditionalSense SpaceAllocationFailedWriteProtect => new(0x27, 0x07);

    /// <summary>28h/00h NOT READY TO READY CHANGE, MEDIUM MAY HAVE CHANGED.</summary>
    public static AdditionalSense NotReadyToReadyChangeMediumMayHaveChanged => new(0x28, 0x00);

    /// <summary>29h/00h POWER ON, RESET, OR BUS DEVICE RESET OCCURRED.</summary>
    public static AdditionalSense PowerOnResetOrBusDeviceResetOccurred => new(0x29, 0x00);

    /// <summary>29h/01h POWER ON OCCURRED.</summary>
    public static AdditionalSense PowerOnOccurred => new(0x29, 0x01);

    /// <summary>29h/02h SCSI BUS RESET OCCURRED.</summary>
    public static AdditionalSense ScsiBusResetOccurred => new(0x29, 0x02);

    /// <summary>29h/03h BUS DEVICE RESET FUNCTION OCCURRED.</summary>
    public static AdditionalSense BusDeviceResetFunctionOccurred => new(0x29, 0x03);

    /// <summary>29h/04h DEVICE INTERNAL RESET.</summary>
    public static AdditionalSense DeviceInternalReset => new(0x29, 0x04);

    /// <summary>29h/07h I_T NEXUS LOSS OCCURRED.</summary>
    public static AdditionalSense ITNexusLossOccurred => new(0x29, 0x07);

    /// <summary>2Ah/00h PARAMETERS CHANGED.</summary>
    public static AdditionalSense ParametersChanged => new(0x2A, 0x00);

    /// <summary>2Ah/01h MODE PARAMETERS CHANGED.</summary>
    public static AdditionalSense ModeParametersChanged => new(0x2A, 0x01);

    /// <summary>2Ah/02h LOG PARAMETERS CHANGED.</summary>
    public static AdditionalSense LogParametersChanged => new(0x2A, 0x02);

    /// <summary>2Ah/03h RESERVATIONS PREEMPTED.</summary>
    public static AdditionalSense ReservationsPreempted => new(0x2A, 0x03);

    /// <summary>2Ah/04h RESERVATIONS RELEASED.</summary>
    public static AdditionalSense ReservationsReleased => new(0x2A, 0x04);

    /// <summary>2Ah/05h REGISTRATIONS PREEMPTED.</summary>
    public static AdditionalSense RegistrationsPreempted => new(0x2A, 0x05);

    /// <summary>2Ah/06h ASYMMETRIC ACCESS STATE CHANGED.</summary>
    public static AdditionalSense AsymmetricAccessStateChanged => new(0x2A, 0x06);

    /// <summary>2Ah/07h IMPLICIT ASYMMETRIC ACCESS STATE TRANSITION FAILED.</summary>
    public static AdditionalSense ImplicitAsymmetricAccessStateTransitionFailed => new(0x2A, 0x07);

    /// <summary>2Ah/08h PRIORITY CHANGED.</summary>
    public static AdditionalSense PriorityChanged => new(0x2A, 0x08);

    /// <summary>2Ah/09h CAPACITY DATA HAS CHANGED.</summary>
    public static AdditionalSense CapacityDataHasChanged => new(0x2A, 0x09);

    /// <summary>2Ah/0Ah ERROR HISTORY I_T NEXUS CLEARED.</summary>
    public static AdditionalSense ErrorHistoryITNexusCleared => new(0x2A, 0x0A);

    /// <summary>2Ah/10h TIMESTAMP CHANGED.</summary>
    public static AdditionalSense TimestampChanged => new(0x2A, 0x10);

    /// <summary>2Ch/00h COMMAND SEQUENCE ERROR.</summary>
    public static AdditionalSense CommandSequenceError => new(0x2C, 0x00);

    /// <summary>2Fh/00h COMMANDS CLEARED BY ANOTHER INITIATOR.</summary>
    public static AdditionalSense CommandsClearedByAnotherInitiator => new(0x2F, 0x00);

    /// <summary>2Fh/02h COMMANDS CLEARED BY DEVICE SERVER.</summary>
    public static AdditionalSense CommandsClearedByDeviceServer => new(0x2F, 0x02);

    /// <summary>30h/00h INCOMPATIBLE MEDIUM INSTALLED.</summary>
    public static AdditionalSense IncompatibleMediumInstalled => new(0x30, 0x00);

    /// <summary>31h/00h MEDIUM FORMAT CORRUPTED.</summary>
    public static AdditionalSense MediumFormatCorrupted => new(0x31, 0x00);

    /// <summary>34h/00h ENCLOSURE FAILURE.</summary>
    public static AdditionalSense EnclosureFailure => new(0x34, 0x00);

    /// <summary>38h/07h THIN PROVISIONING SOFT THRESHOLD REACHED.</summary>
    public static AdditionalSense ThinProvisioningSoftThresholdReached => new(0x38, 0x07);

    /// <summary>39h/00h SAVING PARAMETERS NOT SUPPORTED.</summary>
    public static AdditionalSense SavingParametersNotSupported => new(0x39, 0x00);

    /// <summary>3Ah/00h MEDIUM NOT PRESENT.</summary>
    public static AdditionalSense MediumNotPresent => new(0x3A, 0x00);

    /// <summary>3Ah/01h MEDIUM NOT PRESENT - TRAY CLOSED.</summary>
    public static AdditionalSense MediumNotPresentTrayClosed => new(0x3A, 0x01);

    /// <summary>3Ah/02h MEDIUM NOT PRESENT - TRAY OPEN.</summary>
    public static AdditionalSense MediumNotPresentTrayOpen => new(0x3A, 0x02);

    /// <summary>3Eh/00h LOGICAL UNIT HAS NOT SELF-CONFIGURED YET.</summary>
    public static AdditionalSense LogicalUnitHasNotSelfConfiguredYet => new(0x3E, 0x00);

    /// <summary>3Eh/01h LOGICAL UNIT FAILURE.</summary>
    public static AdditionalSense LogicalUnitFailure => new(0x3E, 0x01);

    /// <summary>3Eh/02h TIMEOUT ON LOGICAL UNIT.</summary>
    public static AdditionalSense TimeoutOnLogicalUnit => new(0x3E, 0x02);

    /// <summary>3Eh/03h LOGICAL UNIT FAILED SELF-TEST.</summary>
    public static AdditionalSense LogicalUnitFailedSelfTest => new(0x3E, 0x03);

    /// <summary>3Fh/00h TARGET OPERATING CONDITIONS HAVE CHANGED.</summary>
    public static AdditionalSense TargetOperatingConditionsHaveChanged => new(0x3F, 0x00);

    /// <summary>3Fh/01h MICROCODE HAS BEEN CHANGED.</summary>
    public static AdditionalSense MicrocodeHasBeenChanged => new(0x3F, 0x01);

    /// <summary>3Fh/03h INQUIRY DATA HAS CHANGED.</summary>
    public static AdditionalSense InquiryDataHasChanged => new(0x3F, 0x03);

    /// <summary>3Fh/05h DEVICE IDENTIFIER CHANGED.</summary>
    public static AdditionalSense DeviceIdentifierChanged => new(0x3F, 0x05);

    /// <summary>3Fh/0Eh REPORTED LUNS DATA HAS CHANGED.</summary>
    public static AdditionalSense ReportedLunsDataHasChanged => new(0x3F, 0x0E);

    /// <summary>3Fh/10h MEDIUM LOADABLE.</summary>
    public static AdditionalSense MediumLoadable => new(0x3F, 0x10);

    /// <summary>43h/00h MESSAGE ERROR.</summary>
    public static AdditionalSense MessageError => new(0x43, 0x00);

    /// <summary>44h/00h INTERNAL TARGET FAILURE.</summary>
    public static AdditionalSense InternalTargetFailure => new(0x44, 0x00);

    /// <summary>44h/01h PERSISTENT RESERVATION INFORMATION LOST.</summary>
    public static AdditionalSense PersistentReservationInformationLost => new(0x44, 0x01);

    /// <summary>45h/00h SELECT OR RESELECT FAILURE.</summary>
    public static AdditionalSense SelectOrReselectFailure => new(0x45, 0x00);

    /// <summary>47h/00h SCSI PARITY ERROR.</summary>
    public static AdditionalSense ScsiParityError => new(0x47, 0x00);

    /// <summary>47h/05h PROTOCOL SERVICE CRC ERROR.</summary>
    public static AdditionalSense ProtocolServiceCrcError => new(0x47, 0x05);

    /// <summary>48h/00h INITIATOR DETECTED ERROR MESSAGE RECEIVED.</summary>
    public static AdditionalSense InitiatorDetectedErrorMessageReceived => new(0x48, 0x00);

    /// <summary>49h/00h INVALID MESSAGE ERROR.</summary>
    public static AdditionalSense InvalidMessageError => new(0x49, 0x00);

    /// <summary>4Ah/00h COMMAND PHASE ERROR.</summary>
    public static AdditionalSense CommandPhaseError => new(0x4A, 0x00);

    /// <summary>4Bh/00h DATA PHASE ERROR.</summary>
    public static AdditionalSense DataPhaseError => new(0x4B, 0x00);

    /// <summary>4Bh/01h INVALID TARGET PORT TRANSFER TAG RECEIVED.</summary>
    public static AdditionalSense InvalidTargetPortTransferTagReceived => new(0x4B, 0x01);

    /// <summary>4Bh/02h TOO MUCH WRITE DATA.</summary>
    public static AdditionalSense TooMuchWriteData => new(0x4B, 0x02);

    /// <summary>4Bh/03h ACK/NAK TIMEOUT.</summary>
    public static AdditionalSense AckNakTimeout => new(0x4B, 0x03);

    /// <summary>4Bh/04h NAK RECEIVED.</summary>
    public static AdditionalSense NakReceived => new(0x4B, 0x04);

    /// <summary>4Bh/05h DATA OFFSET ERROR.</summary>
    public static AdditionalSense DataOffsetError => new(0x4B, 0x05);

    /// <summary>4Bh/06h INITIATOR RESPONSE TIMEOUT.</summary>
    public static AdditionalSense InitiatorResponseTimeout => new(0x4B, 0x06);

    /// <summary>4Bh/07h CONNECTION LOST.</summary>
    public static AdditionalSense ConnectionLost => new(0x4B, 0x07);

    /// <summary>4Eh/00h OVERLAPPED COMMANDS ATTEMPTED.</summary>
    public static AdditionalSense OverlappedCommandsAttempted => new(0x4E, 0x00);

    /// <summary>53h/02h MEDIUM REMOVAL PREVENTED.</summary>
    public static AdditionalSense MediumRemovalPrevented => new(0x53, 0x02);

    /// <summary>55h/00h SYSTEM RESOURCE FAILURE.</summary>
    public static AdditionalSense SystemResourceFailure => new(0x55, 0x00);

    /// <summary>55h/02h INSUFFICIENT RESERVATION RESOURCES.</summary>
    public static AdditionalSense InsufficientReservationResources => new(0x55, 0x02);

    /// <summary>55h/03h INSUFFICIENT RESOURCES.</summary>
    public static AdditionalSense InsufficientResources => new(0x55, 0x03);

    /// <summary>55h/04h INSUFFICIENT REGISTRATION RESOURCES.</summary>
    public static AdditionalSense InsufficientRegistrationResources => new(0x55, 0x04);

    /// <summary>57h/00h UNABLE TO RECOVER TABLE-OF-CONTENTS.</summary>
    public static AdditionalSense UnableToRecoverTableOfContents => new(0x57, 0x00);

    /// <summary>5Ah/01h OPERATOR MEDIUM REMOVAL REQUEST.</summary>
    public static AdditionalSense OperatorMediumRemovalRequest => new(0x5A, 0x01);

    /// <summary>5Ah/02h OPERATOR SELECTED WRITE PROTECT.</summary>
    public static AdditionalSense OperatorSelectedWriteProtect => new(0x5A, 0x02);

    /// <summary>5Dh/00h FAILURE PREDICTION THRESHOLD EXCEEDED.</summary>
    public static AdditionalSense FailurePredictionThresholdExceeded => new(0x5D, 0x00);

    /// <summary>5Dh/FFh FAILURE PREDICTION THRESHOLD EXCEEDED (FALSE).</summary>
    public static AdditionalSense FailurePredictionThresholdExceededFalse => new(0x5D, 0xFF);

    /// <summary>64h/00h ILLEGAL MODE FOR THIS TRACK.</summary>
    public static AdditionalSense IllegalModeForThisTrack => new(0x64, 0x00);

    /// <summary>64h/01h INVALID PACKET SIZE.</summary>
    public static AdditionalSense InvalidPacketSize => new(0x64, 0x01);

    /// <summary>67h/0Ah SET TARGET PORT GROUPS COMMAND FAILED.</summary>
    public static AdditionalSense SetTargetPortGroupsCommandFailed => new(0x67, 0x0A);

    /// <summary>Code and qualifier in hexadecimal, for example <c>24h/00h</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Code:X2}h/{Qualifier:X2}h";
}
