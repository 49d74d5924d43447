/* Self-test numbers
   What     What NumPy finds where the self-test must find the same. Written by a script, not by hand.
   Input    Name of a check.
   Output   The number.
   Source   -
   Needs    -
   Twin     tests/golden/make_self_test_numbers.py
   Tested   virtual_dm in CI; GMS: not yet
*/

string SelfTestVersion()
{
    return "0.1.0"
}

number StoredNumber(string name)
{
    if (name == "random numbers, sum") return 498.443610492
    if (name == "random numbers, place") return 1.5058271203
    if (name == "example data, sum") return 35965
    if (name == "example data, place") return 2.54013146685
    if (name == "guarded inverse, sum") return 0.00588975070093
    if (name == "guarded inverse, place") return 0.160127872086
    if (name == "MU diffractions, sum") return 530.149327855
    if (name == "MU diffractions, place") return 2.3581176096
    if (name == "ALS diffractions, sum") return 558.759577457
    if (name == "ALS diffractions, place") return 2.37663819477
    if (name == "HALS diffractions, sum") return 543.830197066
    if (name == "HALS diffractions, place") return 2.3196889885
    if (name == "MU maps, sum") return 100.18102544
    if (name == "MU maps, place") return 2.11101800193
    if (name == "ALS maps, sum") return 105.2095469
    if (name == "ALS maps, place") return 1.87854007128
    if (name == "HALS maps, sum") return 90.0902045807
    if (name == "HALS maps, place") return 2.33714565394
    if (name == "dark peaks removed, sum") return 335.720094628
    if (name == "dark peaks removed, place") return 2.49835602627
    if (name == "dark peaks of a ring, sum") return 1002.53592551
    if (name == "dark peaks of a ring, place") return 2.33420986378
    if (name == "centre u") return 12.9853834804
    if (name == "centre v") return 11.9923753532
    if (name == "radius of the disc") return 1.26156626101
    if (name == "low-passed maps, sum") return 177.773695187
    if (name == "low-passed maps, place") return 2.11874433757
    if (name == "cut-off") return 0.4
    if (name == "similarity, rotation, sum") return 6.17285439352
    if (name == "similarity, rotation, place") return 2.10762121731
    if (name == "similarity, cosine, sum") return 5.24286205039
    if (name == "similarity, cosine, place") return 1.93559544508
    if (name == "similarity, correlation, sum") return 4.41573899572
    if (name == "similarity, correlation, place") return 1.92500640256
    if (name == "similarity, cross-correlation, sum") return 5.09691736119
    if (name == "similarity, cross-correlation, place") return 2.00185151719
    if (name == "merged components") return 1
    if (name == "merged diffractions, sum") return 3
    if (name == "merged diffractions, place") return 2.37193186617
    if (name == "mask command, sum") return 8560
    if (name == "mask command, place") return 2.35740070093
    if (name == "MU command, error") return 0.499066491945
    if (name == "MU command, diffractions, sum") return 3
    if (name == "MU command, diffractions, place") return 3.49870949407
    if (name == "MU command, maps, sum") return 35793.6279142
    if (name == "MU command, maps, place") return 3.29946142224
    if (name == "ALS command, error") return 0.456139889934
    if (name == "ALS command, diffractions, sum") return 3
    if (name == "ALS command, diffractions, place") return 3.5001761493
    if (name == "ALS command, maps, sum") return 37022.9565861
    if (name == "ALS command, maps, place") return 2.92952248076
    if (name == "constrained command, error") return 0.479319383141
    if (name == "constrained command, diffractions, sum") return 3
    if (name == "constrained command, diffractions, place") return 3.49964426003
    if (name == "constrained command, maps, sum") return 36847.4123802
    if (name == "constrained command, maps, place") return 2.86459056637
    if (name == "similarity command, sum") return 7.77702667362
    if (name == "similarity command, place") return 1.97924968465
    if (name == "components command, ALS and MU, sum") return 1.96576272683
    if (name == "components command, ALS and MU, place") return 1.76136956101
    if (name == "film command, sum") return 158.069508975
    if (name == "film command, place") return 2.47108652625
    if (name == "unfold command, sum") return 35965
    if (name == "unfold command, place") return 2.54013146685
    if (name == "simulate command, sum") return 35965
    if (name == "simulate command, place") return 2.54013146685
    if (name == "dark peaks command, dark, sum") return 0.395179624944
    if (name == "dark peaks command, dark, place") return 2.5
    if (name == "dark peaks command, result, sum") return 1.39517962494
    if (name == "dark peaks command, result, place") return 2.49656508376
    if (name == "average command, image, sum") return 0.737659002087
    if (name == "average command, image, place") return 2.5
    if (name == "average command, profile, sum") return 0.112397970493
    if (name == "average command, profile, place") return 1.08051194688
    if (name == "polar command, sum") return 11.4345613677
    if (name == "polar command, place") return 2.08254295193
    Throw("No number is stored for the check " + name + ": self_test_numbers.s is of another " + \
          "version. Copy the folder dm_scripts anew.")
    return 0
}
