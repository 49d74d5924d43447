"""DM functions, one file a family; each is a few lines of NumPy behind a prototype (see registry).

Numbers and pixels
    per_pixel        mathematics of numbers and, pixel by pixel, of image expressions; complex values
    random_numbers   uniform, normal, Poisson and other random numbers
    statistics       sum, mean, extremes, histogram, projection
    matrices         product, inverse, transpose, decompositions
    fourier          transforms with DM's sign and centring, correlation
    filters          median, rank, convolution, morphology, search for maxima
    geometry         warp, offset, rotation, mirrors, binning, line profiles
    fits             formulas fitted to profiles
    spectra          kinds of spectra, power-law backgrounds

Images
    creation         new images, copies, data types
    colours          RGB images and their channels
    slices           slices as views, single pixels
    image_facts      names, ids, labels, sizes; finding open images; life and death
    calibration      scales, origins and units of dimensions and intensity
    image_files      opening and saving
    live             profiles, transforms and histograms that DM keeps up to date

Tags
    tags             tag groups and lists, their files
    notes            the older, shorter way to image tags and application-wide tags

What is shown, remembered as state
    displays         image displays: contrast, ROIs, layers, curves
    line_plots       line plots and the look of their curves
    rois             regions of interest, masks, the selection
    annotations      annotations and their tree
    documents        image documents, DM's workspaces
    windows          windows, texts, the screen
    workflows        techniques and workflow tasks of GMS 3
    output           Results, progress, status bar
    transforms       coordinate transforms of displays
    recorded         helpers for settings whose only effect is to be remembered

The user
    dialogs          questions, answered from the prepared answers
    dialog_items     elements of custom dialogs
    dialog_frames    custom dialogs at work
    keys             keys and mouse buttons

The rest
    strings          parts, search, numbers to text and back
    paths            path texts
    files            files and folders inside the one folder that the run may use
    streams          streams over files and memory
    clocks           clocks, dates, pauses
    objects          object lists, threads, signals, messages
    listeners        what asks to be called back
    scripts          Python, libraries, menu, other programs
    application      version, folders, clipboard
"""
