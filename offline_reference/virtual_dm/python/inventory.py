"""Every name that DM's Python module is known to have, whether simulated here or not.

Names of the layer that GMS 3.4.3 to 3.5 ships (python_reference 14), one class after the other. What the files beside
this one do not simulate is still there, and stops with "known to DM, not simulated here"; what is not listed raises
AttributeError, as it does in DM.
"""
from offline_reference.virtual_dm.errors import NotSimulated

FUNCTIONS = """
    NewArrowAnnotation NewBoxAnnotation NewComponent NewDoubleArrowAnnotation NewGroupAnnotation NewLineAnnotation
    NewOvalAnnotation NewTextAnnotation GetDocumentWindow GetDocumentWindowByTitle WorkspaceGetWindow
    WorkspaceCountWindows GetFrontImage FindFrontImage FindImageByLabel FindImageByName FindImageByID CreateImage
    OpenImage DeleteImage CloseImage CountImageDocuments CountImageDocumentsOfAllWorkspaces GetFrontImageDocument
    GetImageDocument GetImageDocumentOfAllWorkspaces GetImageDocumentByID NewImageDocument
    NewImageDocumentFromFile GetLinePlotImageDisplay GetROIFromID NewROI GetPersistentTagGroup NewTagGroup
    NewTagList GetCameraByID GetActiveCamera SetActiveCameraByID GetNumberOfCameras GetCameraUnprocessedEnum
    GetCameraDarkSubtractedEnum GetCameraGainNormalizedEnum ClearResults Output SetOutputTo GetPATH GetPYTHONPATH
    GetPYTHONHOME IsScriptOnMainThread DS_DialogEnabled DS_Restart DS_InvokeAcquisitionButton
    DS_InvokeAcquisitionButtonEx DS_CreateParameters DS_DeleteParameters DS_SetParametersSignal
    DS_StartAcquisition DS_StopAcquisition DS_FinishAcquisition DS_WaitUntilFinished DS_GetActiveParameterID
    DS_GetAcquiredImageID DS_GetDoFlip DS_GetFlyBackTime DS_SetFlyBackTime DS_GetLineFrequency
    DS_GetRotationOffset DS_GetParameters DS_ParametersExist DS_GetRotation DS_GetWidth DS_GetHeight
    DS_GetSignalAcquired DS_PixelTime DS_LineSynch DS_IsViewActive DS_CountSignals DS_GetMaxPixelTime
    DS_GetMinPixelTime DS_GetMaxSignal DS_GetScanControl DS_GetBeamDSPosition DS_MoveBeamTo
    DS_SetBeamToSafePosition DS_SetBeamSafePosition GetNumber OkCancelDialog OkDialog Result Sleep DoEvents
    ExecuteScriptString
""".split()

# class -> methods of its own, without those it inherits
METHODS = {
    "Py_Component": """
    AddNewComponent CountChildren CountChildrenOfType GetBackgroundColor GetBoundingRect GetBoundingRectInView
    GetChild GetChildByID GetDeletable GetDrawingMode GetFillMode GetFontFaceName GetFontInfo GetFontSize
    GetForegroundColor GetID GetImageDocument GetMovable GetNthChildOfType GetParentComponent
    GetParentImageDisplay GetRect GetResizable GetTagGroup GetType IsSelected IsValid RemoveFromParent
    SetBackgroundColor SetDeletable SetDrawingMode SetFillMode SetFontFaceName SetFontInfo SetFontSize
    SetForegroundColor SetMovable SetRect SetResizable SetSelectable SetSelected GetText
    TextAnnotationGetAlignment TextAnnotationGetFixedPoint TextAnnotationGetResizeStyle TextAnnotationGetText
    TextAnnotationSetAlignment TextAnnotationSetFixedPoint TextAnnotationSetResizeStyle TextAnnotationSetText
    AddChildAfter AddChildAtBeginning AddChildAtEnd AddChildBefore
    """.split(),
    "Py_Window": """
    Close GetContentBounds GetContentPosition GetContentSize GetFrameBounds GetFramePosition GetFrameSize GetTitle
    Hide SetContentBounds SetContentPosition SetContentSize SetFrameBounds SetFramePosition SetFrameSize SetTitle
    Show Update IsValid WorkspaceIDFindByWindow GetImageDocument
    """.split(),
    "Py_Image": """
    GetImgWidth GetImgHeight GetImgDepth GetNumArray GetDataType UpdateImage GetTagGroup FindNextImage IsValid
    ShowImage Save SaveImage SaveAsGatan SaveAsGatan3 CountImageDisplays CreateImageDisplay
    GetDimensionCalibration GetDimensionOrigin GetDimensionScale GetDimensionSize GetDimensionUnitInfo
    GetDimensionUnitString GetID GetImageDisplay GetImageDisplayInImageDocument GetIntensityOrigin
    GetIntensityScale GetIntensityUnitInfo GetIntensityUnitString GetLabel GetName GetNumDimensions
    SetDescriptionText SetDimensionCalibration SetDimensionOrigin SetDimensionScale SetDimensionUnitInfo
    SetDimensionUnitString SetIntensityCalibrationDisplayed SetIntensityOrigin SetIntensityScale
    SetIntensityUnitInfo SetIntensityUnitString SetName GetOrCreateImageDocument
    """.split(),
    "Py_ImageDocument": """
    GetComponentByID AddImage AddImageDisplay Close CountImages DeleteImage GetImage GetImageByID GetName
    GetRootComponent GetTagGroup GetWindow GetWorkspace Hide IsValid MoveToWorkspace SaveToFile SetName Show
    ShowAtPosition ShowAtRect
    """.split(),
    "Py_ImageDisplay": """
    AddROI CountROIs DeleteROI DoesROIExist GetContrastLimits GetContrastMode GetContrastParameters GetDisplayType
    GetGammaCorrection GetImage GetROI GetSurveyTechnique IsROISelected IsValid SetContrastLimits SetContrastMode
    SetContrastParameters SetDoAutoSurvey SetGammaCorrection SetSurveyTechnique GetLinePlotImageDisplay
    ChangeDisplayType GetIntensityScaleBarOn IsCaptionOn SetColorTableByName SetInputColorTable
    SetIntensityScaleBarOn GetInputColorTable SetCaptionOn
    """.split(),
    "Py_LinePlotImageDisplay": """
    GetContrastLimits GetDoAutoSurvey GetSliceComponentColor GetSliceDrawingStyle GetSliceLineStyle
    GetSliceLineThickness GetSliceTransparency HomeDisplay SetContrastLimits SetDoAutoSurvey SetFilled
    SetGridColor SetLegendShown SetSliceComponentColor SetSliceDrawingStyle SetSliceLineStyle
    SetSliceLineThickness SetSliceTransparency
    """.split(),
    "Py_ROI": """
    GetID GetLabel GetName SetLabel SetName CountVertices GetCircle GetLine GetOval GetPoint GetRange GetRectangle
    GetRotationAngle GetVertex IsCircle IsLine IsOval IsPoint IsRange IsRectangle SetCircle SetLine SetOval
    SetPoint SetRange SetRectangle SetRotationAngle SetVertex AddVertex GetColor SetColor GetDeletable
    SetDeletable GetMoveable SetMoveable GetResizable SetResizable GetSelectable SetSelectable GetVolatile
    SetVolatile
    """.split(),
    "Py_TagGroup": """
    AddTagGroupAtBeginning IsValid AddTagGroupAtEnd CountTags GetTagAsBoolean SetTagAsBoolean GetTagAsDouble
    SetTagAsDouble GetTagAsDoubleComplex SetTagAsDoubleComplex GetTagAsFloat SetTagAsFloat GetTagAsFloatComplex
    SetTagAsFloatComplex GetTagAsLong SetTagAsLong GetTagAsShort SetTagAsShort GetTagAsString SetTagAsString
    GetTagAsTagGroup SetTagAsTagGroup GetTagAsText SetTagAsText GetTagAsUInt16 SetTagAsUInt16 GetTagAsUInt32
    SetTagAsUInt32 GetTagType IsList Clone CopyTag CopyTagsFrom DeleteAllTags DeleteTagWithIndex
    DeleteTagWithLabel GetTagAsArray GetIndexedTagAsArray GetIndexedTagAsBoolean GetIndexedTagAsDouble
    GetIndexedTagAsDoubleComplex GetIndexedTagAsEightBitColor GetIndexedTagAsFloat GetIndexedTagAsFloatComplex
    GetIndexedTagAsFloatPoint GetIndexedTagAsFloatRect GetIndexedTagAsLong GetIndexedTagAsLongPoint
    GetIndexedTagAsLongRect GetIndexedTagAsShort GetIndexedTagAsShortPoint GetIndexedTagAsShortRect
    GetIndexedTagAsSInt64 GetIndexedTagAsString GetIndexedTagAsTagGroup GetIndexedTagAsText GetIndexedTagAsUInt16
    GetIndexedTagAsUInt32 GetIndexedTagAsUInt64 SetTagAsArray SetIndexedTagAsArray SetIndexedTagAsBoolean
    SetIndexedTagAsDouble SetIndexedTagAsDoubleComplex SetIndexedTagAsEightBitColor SetIndexedTagAsFloat
    SetIndexedTagAsFloatComplex SetIndexedTagAsFloatPoint SetIndexedTagAsFloatRect SetIndexedTagAsLong
    SetIndexedTagAsLongPoint SetIndexedTagAsLongRect SetIndexedTagAsRGBUInt16 SetIndexedTagAsShort
    SetIndexedTagAsShortPoint SetIndexedTagAsShortRect SetIndexedTagAsSInt64 SetIndexedTagAsString
    SetIndexedTagAsTagGroup SetIndexedTagAsText SetIndexedTagAsUInt16 SetIndexedTagAsUInt32 SetIndexedTagAsUInt64
    InsertTagAsArray InsertTagAsBoolean InsertTagAsDouble InsertTagAsDoubleComplex InsertTagAsEightBitColor
    InsertTagAsFloat InsertTagAsFloatComplex InsertTagAsFloatPoint InsertTagAsFloatRect InsertTagAsLong
    InsertTagAsLongPoint InsertTagAsLongRect InsertTagAsRGBUInt16 InsertTagAsShort InsertTagAsShortPoint
    InsertTagAsShortRect InsertTagAsSInt64 InsertTagAsString InsertTagAsTagGroup InsertTagAsText InsertTagAsUInt16
    InsertTagAsUInt32 InsertTagAsUInt64 SaveToFile LoadFromFile OpenBrowserWindow GetTagLabel GetTagSize
    GetTagTypeLength
    """.split(),
    "Py_Camera": """
    GetID GetName GetDeviceLocation GetSize GetPixelSize IsRetractable GetInserted SetInserted PrepareForAcquire
    GetDefaultParameters CreateImageForAcquire AcquireInPlace AcquireImage StartContinuousAcquisition
    GetFrameInContinuousMode StopContinuousAcquisition
    """.split(),
    "ImageSubscriberID": """
    """.split(),
    "ImageDisplaySubscriberID": """
    """.split(),
    "WindowSubscriberID": """
    """.split(),
    "CompoundDocumentSubscriberID": """
    """.split(),
    "Py_ScriptObject": """
    ImageHandleDataChangedEvent ImageHandleNameChangedEvent ImageHandleCalibrationChangedEvent
    ImageHandleShowExtractionEvent HandleNameChangedEvent HandleDataChangedEvent HandleCalibrationChangedEvent
    HandleShowExtractionEvent ImageDisplayHandleROIPropertyChangedEvent ImageDisplayHandleROIChangedEvent
    ImageDisplayHandleROIAddedEvent ImageDisplayHandleROIRemovedEvent ImageDisplayHandleROIBeginTrackEvent
    ImageDisplayHandleROIEndTrackEvent ImageDisplayHandleROISelectedEvent ImageDisplayHandleROIDeselectedEvent
    ImageDisplayHandleCursorChangedEvent ImageDisplayHandleComponentAddedEvent
    ImageDisplayHandleComponentPropertyChangedEvent ImageDisplayHandleComponentChangedEvent
    ImageDisplayHandleComponentRemovedEvent ImageDisplayHandleComponentBeginTrackEvent
    ImageDisplayHandleComponentEndTrackEvent ImageDisplayHandleDisplayKeyEvent ImageDisplayHandleSliceRemovedEvent
    ImageDisplayHandleSliceChangedEvent ImageDisplayHandleSlicePropertyChangedEvent
    ImageDisplayHandleUnassociatedClickEvent ImageDisplayHandleUnassociatedDBClickEvent
    HandleROIPropertyChangedEvent HandleROIChangedEvent HandleROIAddedEvent HandleROIRemovedEvent
    HandleROIBeginTrackEvent HandleROIEndTrackEvent HandleROISelectedEvent HandleROIDeselectedEvent
    HandleCursorChangedEvent HandleComponentAddedEvent HandleComponentPropertyChangedEvent
    HandleComponentChangedEvent HandleComponentRemovedEvent HandleComponentBeginTrackEvent
    HandleComponentEndTrackEvent HandleDisplayKeyEvent HandleSliceRemovedEvent HandleSliceChangedEvent
    HandleSlicePropertyChangedEvent HandleUnassociatedClickEvent HandleUnassociatedDBClickEvent
    WindowHandleWindowAboutToCloseEvent WindowHandleWindowClosedEvent WindowHandleWindowUpdatedEvent
    WindowHandleWindowBeginDrag WindowHandleWindowMoveOrSize WindowHandleWindowEndDrag
    HandleWindowAboutToCloseEvent HandleWindowClosedEvent HandleWindowUpdatedEvent HandleWindowBeginDragEvent
    HandleWindowMoveOrSizeEvent HandleWindowEndDragEvent WorkspaceHandleWorkspaceCreated
    WorkspaceHandleWorkspaceClosed WorkspaceHandleWorkspaceRenamed WorkspaceHandleWorkspaceActiveTabChanged
    HandleWorkspaceCreatedEvent HandleWorkspaceClosedEvent HandleWorkspaceRenamedEvent
    HandleWorkspaceActiveTabChangedEvent CompoundDocumentHandleLegendButtonPressed
    HandleCompoundDocumentLegendButtonPressedEvent HandleCompoundDocumentSaveEvent
    ImageOrderHandleFrontImageChangedEvent HandleFrontImageChangedEvent DMApplicationAboutToCloseEvent
    HandleDMApplicationAboutToCloseEvent UnregisterAllListeners
    """.split(),
    "Py_Microscope": """
    CanGetCameraLength CanGetHighTension CanGetIlluminationMode CanGetImagingOpticsMode CanGetMagnification
    ChangeBeamShift ChangeBeamTilt ChangeCalibratedBeamShift ChangeCalibratedBeamTilt
    ChangeCalibratedCondenserStigmation ChangeCalibratedFocus ChangeCalibratedImageShift
    ChangeCalibratedObjectiveStigmation ChangeCondenserStigmation ChangeFocus ChangeImageShift
    ChangeObjectiveStigmation ChangeProjectorShift GetBeamShift GetBeamTilt GetBrightness GetCalibratedBeamShift
    GetCalibratedBeamTilt GetCalibratedCameraLength GetCalibratedCondenserStigmation GetCalibratedFieldOfView
    GetCalibratedFocus GetCalibratedImageShift GetCalibratedMag GetCalibratedObjectiveStigmation
    GetCalibrationStateTags GetCameraLength GetCondenserStigmation GetFocus GetHighTension GetIlluminationMode
    GetIlluminationModes GetImageShift GetImagingOpticsMode GetImagingOpticsModes GetMagIndex GetMagnification
    GetMicroscopeName GetObjectiveStigmation GetOperationMode GetProjectorShift GetScreenPosition GetSpotSize
    GetStageAlpha GetStageBeta GetStagePositions GetStageXY GetStageX GetStageY GetStageZ GetCondenserAperture
    GetNumberOfCondenserApertures GetCondenserApertureName GetObjectiveAperture GetNumberOfObjectiveApertures
    GetObjectiveApertureName IsReady SetBeamShift SetBeamTilt SetBrightness SetCalibratedBeamShift
    SetCalibratedBeamTilt SetCalibratedCondenserStigmation SetCalibratedFocus SetCalibratedImageShift
    SetCalibratedObjectiveStigmation SetCondenserStigmation SetFocus SetImageShift SetMagIndex
    SetObjectiveStigmation SetProjectorShift SetScreenPosition SetSpotSize SetStageAlpha SetStageBeta
    SetStagePositions SetStageXY SetStageX SetStageY SetStageZ UpdateCalibrationState WaitUntilReady
    HasProjectorShift HasCondenserApertureControl SetCondenserAperture HasObjectiveApertureControl
    SetObjectiveAperture SetCondenserApertureName SetObjectiveApertureName HasStageSpeedControl
    SetStagePositionsWithSpeed HasColumnValvesControl SetColumnValvesOpen GetColumnValvesOpen
    StartColumnValvesCountdown AbortColumnValvesCountdown HasBeamBlanker SetBeamBlanked GetBeamBlanked
    SetImagingOpticsMode SetIlluminationMode SetIlluminationSubMode GetIlluminationSubMode
    """.split(),
}
BASE_OF = {"Py_ImageDisplay": "Py_Component", "Py_LinePlotImageDisplay": "Py_ImageDisplay"}


def not_simulated(name, workspace):
    """A stand-in for a name that is known and does nothing here; raises when it is called."""

    def stop(*args, **kwargs):
        workspace.stop(NotSimulated(f"{name}() is known to DM, not simulated here."))

    stop.__name__ = name.rpartition(".")[2]
    return stop
