"""Layouts of agencies around the world: small invented tables, and what they must read as."""

import numpy as np
import pytest

from bayqa.intake import read_samples

from .files import found, one, values


def read_text(tmp_path, text, **options):
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    return read_samples(path, **options)


def bounds(samples, parameter, station=None):
    rows = samples[samples["parameter"] == parameter]
    rows = rows if station is None else rows[rows["station"] == station]
    return [(float(f"{lo:.4g}"), float(f"{hi:.4g}"), int(flag)) for lo, hi, flag in
            zip(rows["lower"], rows["upper"], rows["flag"], strict=True)]  # fmt: skip


SWMP = """StationCode,isSWMP,DateTimeStamp,Historical,F_Record,PO4F,F_PO4F,NH4F,F_NH4F,pH,F_pH
abcxxnut,P,01/14/2021 8:38,0,,0.003,<0> ,0.002,<-4> [SBL] (CHB) ,8.1,<0>
abcxxnut,P,01/15/2021 8:38,0,,0.004,<1> [SCC] ,0.02,<-3> [SQR] ,8.2,<0>
"""


@pytest.mark.parametrize("preset", [None, "nerrs-swmp"])
def test_codes_beside_each_value_of_the_reserves(tmp_path, preset):
    samples = read_text(tmp_path, SWMP, preset=preset)
    assert bounds(samples, "dip") == [(0.003, 0.003, 2), (0.004, 0.004, 3)]
    assert bounds(samples, "nh4_n") == [(0, 0.002, 2), (0.02, 0.02, 4)]
    assert "fluoride" not in set(samples["parameter"])


ODV = """//<Encoding>UTF-8</Encoding>
//<DataType>Profiles</DataType>
Cruise\tStation\tyyyy-mm-ddThh:mm\tLongitude [degrees_east]\tLatitude [degrees_north]\tDepth [m]\tQV:SEADATANET\tWater body salinity [per mille]\tQV:SEADATANET\tWater body nitrate [umol/l]\tQV:SEADATANET
C1\tS1\t2012-05-14T08:30\t3.1\t51.9\t0\t1\t34.1\t1\t10\t6
\t\t\t\t\t10\t1\t34.2\t3\t20\t4
\t\t\t\t\t20\t1\t34.2\t2\t\t9
"""  # noqa: E501


def test_flags_of_ocean_data_view(tmp_path):
    samples = read_text(tmp_path, ODV)
    mmol = 14.007e-3
    assert bounds(samples, "salinity") == [(34.1, 34.1, 2), (34.2, 34.2, 3), (34.2, 34.2, 2)]
    assert bounds(samples, "no3_n")[:2] == [(0, 0.1401, 2), (0.2801, 0.2801, 4)]
    assert values(samples, "no3_n")[1] == pytest.approx(20 * mmol)
    assert samples["depth_m"].unique().tolist() == [0, 10, 20]
    assert set(samples["station"]) == {"S1"}
    assert len(found(samples, "ragged row")) == 0


ARCHIVE = """/* DATA DESCRIPTION:
Citation:\tSomebody (2015)
Event(s):\tHR_1 * LATITUDE: 54.18
*/
Event\tDate/Time\tLatitude\tLongitude\tDepth water [m]\tSal\t[NO3]- [\u00b5mol/l]
HR_1\t1990-01-02T08:00\t54.18\t7.9\t12\t32.1\t18.1
"""


def test_comments_and_depths_of_a_data_archive(tmp_path):
    samples = read_text(tmp_path, ARCHIVE)
    assert samples["depth_m"].tolist() == [12, 12]
    assert samples["layer"].tolist() == ["unstated"] * 2
    assert len(found(samples, "ragged row")) == 0


SERVER = """station_id,time,latitude,longitude,depth,sea_water_temperature,sea_water_temperature_qc_agg,sea_water_practical_salinity,mole_concentration_of_nitrate_in_sea_water
,UTC,degrees_north,degrees_east,m,degree_Celsius,,1e-3,mmol m-3
SC1,2020-05-01T00:00:00Z,38.1,-75.2,1,15.2,1,28.1,10
SC1,2020-05-01T01:00:00Z,38.1,-75.2,1,15.1,4,28,11
"""  # noqa: E501


def test_standard_names_and_a_row_of_units(tmp_path):
    samples = read_text(tmp_path, SERVER)
    assert bounds(samples, "temperature") == [(15.2, 15.2, 2), (15.1, 15.1, 4)]
    assert values(samples, "no3_n") == pytest.approx([0.14007, 0.154077])
    assert len(samples) == 6


PORTAL = """ActivityTypeCode,ActivityMediaName,ActivityStartDate,ActivityDepthHeightMeasure/MeasureValue,ActivityDepthHeightMeasure/MeasureUnitCode,MonitoringLocationIdentifier,CharacteristicName,ResultSampleFractionText,ResultMeasureValue,ResultMeasure/MeasureUnitCode,ResultStatusIdentifier,MethodSpecificationName
Sample-Routine,Water,2020-01-14,10,ft,A,Phosphorus,Dissolved,0.05,mg/l,Final,as P
Sample-Routine,Water,2020-01-14,10,ft,A,Phosphorus,Total,0.15,mg/l,Final,as P
Sample-Routine,Water,2020-01-14,3,m,A,Ammonia and ammonium,Dissolved,0.1,mg/l,Final,as N
Sample-Routine,Water,2020-01-14,3,m,A,Total suspended solids,Dissolved,9,mg/l,Final,
Quality Control Sample-Field Blank,Water,2020-01-14,10,ft,B,Phosphorus,Total,0.01,mg/l,Final,as P
Sample-Routine,Sediment,2020-01-14,10,ft,C,Phosphorus,Total,0.5,mg/kg,Final,as P
Sample-Routine,Water,2020-01-14,10,ft,D,Phosphorus,Total,0.2,mg/l,Rejected,as P
"""  # noqa: E501


def test_fractions_media_and_feet_of_the_portal(tmp_path):
    samples = read_text(tmp_path, PORTAL, preset="wqp")
    assert one(samples, "tdp", "A")["value"] == 0.05
    row = one(samples, "tp", "A")
    assert (row["value"], row["depth_m"]) == (0.15, pytest.approx(3.048))
    assert one(samples, "nh4_n", "A")["depth_m"] == 3
    assert "tss" not in set(samples["parameter"])
    assert [one(samples, "tp", s)["flag"] for s in "BCD"] == [4, 4, 4]
    assert "no parameter of its own" in found(samples, "parameter")["message"].str.cat()


PORTAL3 = """Location_Identifier,Location_Type,Location_Latitude,Location_Longitude,Activity_TypeCode,Activity_Media,Activity_StartDate,Activity_StartTime,Activity_DepthHeightMeasure,Activity_DepthHeightMeasureUnit,Result_ResultDetectionCondition,Result_Characteristic,Result_MethodSpeciation,Result_SampleFraction,Result_Measure,Result_MeasureUnit,DetectionLimit_MeasureA,DetectionLimit_MeasureUnitA
A,Estuary,27.85,-82.45,Sample-Routine,Water,2020-01-14,09:33:00,1,m,,Nitrogen,as N,Total,0.41,mg/L,,
A,Estuary,27.85,-82.45,Sample-Routine,Water,2020-01-14,09:33:00,1,m,Not Detected,Nitrite,as N,Dissolved,,,4,ug/L
"""  # noqa: E501


def test_third_version_of_the_portal(tmp_path):
    samples = read_text(tmp_path, PORTAL3, preset="wqp")
    assert one(samples, "tn", "A")["water"] == "sea"
    assert bounds(samples, "no2_n") == [(0, 0.004, 2)]
    assert str(samples["time"].iloc[0]) == "2020-01-14 09:33:00"


BAY = """Station,SampleDate,SampleTime,TotalDepth,Depth,Layer,Parameter,Qualifier,MeasureValue,Unit,Problem,Latitude,Longitude
CB4,7/8/2019,10:05:00,31,0.5,S ,PO4F,<,0.0012,MG/L,,38.8,-76.4
CB4,7/8/2019,10:05:00,31,30,B ,NH4F,,0.31,MG/L,,38.8,-76.4
CB4,7/8/2019,10:05:00,31,0.5,S ,TN,,0.62,MG/L,A,38.8,-76.4
CB4,7/8/2019,10:05:00,31,0.5,S ,TON,,0.4,MG/L,,38.8,-76.4
"""  # noqa: E501


def test_chesapeake_layers_and_problem_codes(tmp_path):
    samples = read_text(tmp_path, BAY, preset="chesapeake")
    assert bounds(samples, "dip") == [(0, 0.0012, 2)]
    assert one(samples, "tn", "CB4")["flag"] == 4
    assert one(samples, "nh4_n", "CB4")["layer"] == "bottom"
    assert str(samples["time"].iloc[0]) == "2019-07-08 10:05:00"
    assert "no23_n" not in set(samples["parameter"])  # total organic, not oxidised, nitrogen


CALIFORNIA = """StationCode,SampleDate,CollectionTime,CollectionDepth,UnitCollectionDepth,SampleTypeCode,MatrixName,Analyte,Unit,Result,MDL,ResultQualCode,ComplianceCode,Latitude,Longitude
A,2010-05-12 00:00:00,10:20:00,0.1,m,Grab,samplewater,"Nitrate + Nitrite as N, Dissolved",mg/L,0.43,0.005,=,COM,37.4,-121.9
A,2010-05-12 00:00:00,10:20:00,-88,m,Grab,samplewater,"Ammonia as N, Total",mg/L,,0.02,ND,COM,37.4,-121.9
B,2010-05-12 00:00:00,10:20:00,0.1,m,FieldBlank,blankwater,"OrthoPhosphate as P, Dissolved",mg/L,0.02,0.005,=,COM,37.4,-121.9
C,2010-05-12 00:00:00,10:20:00,0.1,m,Grab,samplewater,"OrthoPhosphate as P, Dissolved",mg/L,0.02,0.005,=,Rej,37.4,-121.9
"""  # noqa: E501


def test_californian_names_and_codes(tmp_path):
    samples = read_text(tmp_path, CALIFORNIA, preset="ceden")
    assert one(samples, "no23_n", "A")["value"] == 0.43
    row = one(samples, "nh4_n", "A")
    assert (row["lower"], row["upper"], np.isnan(row["depth_m"])) == (0, 0.02, True)
    assert [one(samples, "dip", s)["flag"] for s in "BC"] == [4, 4]


EUROPE = """monitoringSiteIdentifier,parameterWaterBodyCategory,observedPropertyDeterminandLabel,procedureAnalysedMatrix,resultUom,phenomenonTimeSamplingDate,resultObservedValue,resultQualityObservedValueBelowLOQ,procedureLOQValue,parameterSampleDepth,metadata_observationStatus
A,CW,Nitrate,W-DIS,mg{NO3}/L,20150217,4.43,0,0.05,0,A
A,TW,Nitrite,W-DIS,mg{NO2}/L,20150217,0.01,1,0.01,0,A
A,CW,Total phosphorus,W,mg{P}/L,20150217,0.05,0,0.01,0,U
A,RW,Dissolved oxygen,W,mg/L,20150217,9.5,0,,0,A
"""  # noqa: E501


def test_european_values_below_quantification(tmp_path):
    samples = read_text(tmp_path, EUROPE, preset="eea-waterbase")
    assert one(samples, "no3_n", "A")["value"] == pytest.approx(4.43 * 14.007 / 62.004)
    assert bounds(samples, "no2_n") == [(0, 0.003045, 2)]
    assert bounds(samples, "tp") == [(0.05, 0.05, 3)]
    assert one(samples, "do", "A")["water"] == "river"


NORWAY = """Vannlok_kode;Parameter_id;Medium_navn;Tid_provetak;Ovre_dyp;Nedre_dyp;DybdeEnhet;UnntasKlassifisering;Operator;Verdi;Enhet;UTM33 Ost (X);UTM33 Nord (Y)
A;N-TOT;Saltvann;2018-05-14 10:30:00;0;10;m;Nei;=;215,5;\u00b5g/l N;262000;6580000
A;P-PO4;Saltvann;2018-05-14 10:30:00;0;2;m;Nei;<;1;\u00b5g/l P;262000;6580000
B;N-NH4;Saltvann;2018-05-14 10:30:00;0;2;m;Ja;=;5;\u00b5g/l N;262000;6580000
C;CD;Sediment saltvann;2018-05-14 10:30:00;0;2;cm;Nei;=;0,2;mg/kg;262000;6580000
"""  # noqa: E501


def test_norwegian_layers_units_and_exceptions(tmp_path):
    samples = read_text(tmp_path, NORWAY, preset="vannmiljo")
    row = one(samples, "tn", "A")
    assert (row["value"], row["depth_m"]) == (pytest.approx(0.2155), 5)
    assert row.geometry.y == pytest.approx(59.3, abs=0.1)
    assert bounds(samples, "dip") == [(0, 0.001, 2)]
    assert [one(samples, p, s)["flag"] for p, s in (("nh4_n", "B"), ("cadmium", "C"))] == [4, 4]


DUTCH = """LOCATIE_CODE;GROOTHEID_OMSCHRIJVING;PARAMETER_OMSCHRIJVING;PARAMETER_CODE;EENHEID_CODE;HOEDANIGHEID_CODE;WAARNEMINGDATUM;WAARNEMINGTIJD (MET/CET);LIMIETSYMBOOL;NUMERIEKEWAARDE;KWALITEITSOORDEEL_CODE;BEMONSTERINGSHOOGTE;X;Y
A;Concentratie;nitraat;NO3;mg/l;NO3;14-05-2018;10:05:00;;4,4;Normale waarde;-100;586552,0;5790000,0
A;Concentratie;fosfaat;PO4;mg/l;Pnf;14-05-2018;10:05:00;<;0,01;Normale waarde;-100;586552,0;5790000,0
A;Saliniteit;;;DIMSLS;;14-05-2018;10:05:00;;30,1;Normale waarde;-100;586552,0;5790000,0
A;Concentratie;zuurstof;O2;mg/l;;14-05-2018;10:05:00;;999999999999;Hiaatwaarde;-100;586552,0;5790000,0
"""  # noqa: E501


def test_dutch_species_quantities_and_gaps(tmp_path):
    samples = read_text(tmp_path, DUTCH, preset="rws-waterinfo")
    assert one(samples, "no3_n", "A")["value"] == pytest.approx(4.4 * 14.007 / 62.004)
    assert bounds(samples, "dip") == [(0, 0.01, 2)]
    assert one(samples, "salinity", "A")["value"] == 30.1
    assert one(samples, "do", "A")["flag"] == 9
    assert samples["depth_m"].unique() == pytest.approx([1])
    assert samples.geometry.x.iloc[0] == pytest.approx(4.268, abs=1e-3)


FRESH = """GEMS.Station.Number;Sample.Date;Sample.Time;Depth;Parameter.Code;Value.Flags;Value;Unit;Data.Quality
A;1991-01-23;00:00;0.3;NO3N;<;0.01;mg/l;Good
A;1991-01-23;00:00;0.3;TP;;0.2;mg/l;Suspect
A;1991-01-23;00:00;0.3;pH;;7.1;---;Fair
"""  # noqa: E501


def test_flags_and_qualities_of_the_global_programme(tmp_path):
    samples = read_text(tmp_path, FRESH, preset="gemstat")
    assert bounds(samples, "no3_n") == [(0, 0.01, 2)]
    assert bounds(samples, "tp") == [(0.2, 0.2, 3)]
    assert set(samples["water"]) == {"river"}


SERIES = """# Data provided for site 01646500
#    69930       00010     Temperature, water
agency_cd\tsite_no\tdatetime\ttz_cd\t69930_00010\t69930_00010_cd\t69931_00300\t69931_00300_cd\t1_00010_00001
5s\t15s\t20d\t6s\t14n\t10s\t14n\t10s\t14n
USGS\t01646500\t2019-06-01 00:00\tEDT\t24.1\tA\t7.8\tA\t99
USGS\t01646500\t2019-06-01 00:15\tEDT\t24\tP\tEqp\tP\t99
"""  # noqa: E501


def test_series_with_codes_for_headings(tmp_path):
    samples = read_text(tmp_path, SERIES, preset="usgs-nwis")
    assert values(samples, "temperature").tolist() == [24.1, 24]
    assert bounds(samples, "do")[0] == (7.8, 7.8, 2)
    assert samples["flag"].tolist() == [2, 2, 2, 9]
    assert len(found(samples, "quality")) == 0
    doubts = found(read_text(tmp_path, SERIES), "quality", "doubtful")
    assert set(doubts["column"]) == {"69930_00010_cd", "69931_00300_cd"}


RDB = """# File created
agency_cd\tsite_no\tsample_dt\tsample_tm\tparm_cd\tremark_cd\tresult_va
5s\t15s\t10d\t5d\t5s\t1s\t12s
USGS\t01491000\t1979-10-24\t10:45\t00618\t\t1.2
USGS\t01491000\t1979-10-24\t10:45\t00665\t<\t0.01
"""


def test_samples_with_codes_for_parameters(tmp_path):
    samples = read_text(tmp_path, RDB, preset="usgs-nwis")
    assert values(samples, "no3_n").tolist() == [1.2]
    assert bounds(samples, "tp") == [(0, 0.01, 2)]


FLORIDA = """"","Station.ID","Collection_Date","Sample.Type.New","Depth","Depth.Unit","Matrix","Test.Name","Value","MDL","Units","Remark.Code","Flag","QC.Type"
"1","A","21-MAR-2011 13:33","SAMP",0.5,"m","SA","SALINITY",28.4,NA,"PSU","","",""
"2","A","21-MAR-2011 13:33","SAMP",0.5,"m","SA","NITRATE+NITRITE-N",-0.005,0.005,"mg/L","U","",""
"3","A","21-MAR-2011 13:33","SAMP",0.5,"m","SA","PHOSPHATE, TOTAL AS P",0.011,0.002,"mg/L","","Q",""
"4","B","21-MAR-2011 13:45","FCEB",0,"","DI","CHLOROPHYLLA-SALINE",0.4,0.004,"ug/L","","","EB"
"""  # noqa: E501


def test_floridian_limits_with_a_minus_and_blanks_of_the_field(tmp_path):
    samples = read_text(tmp_path, FLORIDA, preset="dbhydro")
    assert bounds(samples, "no23_n") == [(0, 0.005, 2)]
    assert bounds(samples, "tp") == [(0.011, 0.011, 3)]
    assert one(samples, "chla", "B")["flag"] == 4


SWEDEN = """station_name\tsample_date\tsample_time\tsample_latitude_dm\tsample_longitude_dm\tsample_latitude_dd\tsample_longitude_dd\tsample_min_depth_m\tsample_max_depth_m\tparameter\tvalue\tunit\tquality_flag
\u00c517\t2021-01-08\t17:20\t58 17.05\t10 30.27\t58.28418\t10.50450\t0\t10\tChlorophyll-a\t1.4\tug/l\t<
BY31\t2021-01-08\t17:20\t58 17.05\t10 30.27\t58.28418\t10.50450\t10\t20\tChlorophyll-a\t0.4\tug/l\tB
BY5\t2021-01-08\t17:20\t58 17.05\t10 30.27\t58.28418\t10.50450\t0\t10\tChlorophyll-a\t0.8\tug/l\t
"""  # noqa: E501


def test_swedish_hoses_and_flags(tmp_path):
    samples = read_text(tmp_path, SWEDEN, preset="sharkweb")
    assert bounds(samples, "chla") == [(0, 1.4, 2), (0.4, 0.4, 3), (0.8, 0.8, 2)]
    assert samples["depth_m"].tolist() == [5, 15, 5]
    assert samples.geometry.y.iloc[0] == 58.28418
    plain = read_text(tmp_path, SWEDEN)
    assert plain["flag"].tolist() == [2, 2, 2]
    assert found(plain, "quality", "doubtful")["found"].tolist() == ["B"]


DELIVERY = """SDATE\tSTIME\tSTATN\tLATIT\tLONGI\tWADEP\tDEPH\tTEMP_BTL\tQ_TEMP_BTL\tTEMP_CTD\tQ_TEMP_CTD\tPHOS\tQ_PHOS\tAMON\tQ_AMON\tSIO3-SI\tQ_SIO3-SI
2023-12-05\t07:13\tBY39\t5606.985\t1632.146\t50\t1\t\t\t5.72\t\t0.59\tB\t<0.20\t\t14.6\t
"""  # noqa: E501


def test_swedish_deliveries_with_packed_positions(tmp_path):
    samples = read_text(tmp_path, DELIVERY, preset="shark-wide")
    row = one(samples, "dip", "BY39")
    assert (row["value"], row["flag"]) == (pytest.approx(0.59 * 30.974e-3), 3)
    assert row.geometry.y == pytest.approx(56 + 6.985 / 60)
    assert row["depth_m"] == 1
    assert bounds(samples, "nh4_n") == [(0, 0.002801, 2)]


PROFILES = """Date,Time,Station_Number,Depth,Discrete_Chlorophyll,Calculated_Chlorophyll,Oxygen,Salinity,Nitrate_+_Nitrite,Ammonium
1/30/19,804,36,1,,3.8,7.3,25.7,,
1/30/19,1000,25,2,3.8,3.8,7.3,25.8,76.39,14.92
"""  # noqa: E501


def test_clock_times_without_a_colon_are_no_dates(tmp_path):
    samples = read_text(tmp_path, PROFILES, preset="usgs-sfbay")
    times = samples["time"].astype(str).str[:16].unique().tolist()
    assert times == ["2019-01-30 08:04", "2019-01-30 10:00"]
    assert one(samples, "no23_n", "25")["value"] == pytest.approx(76.39 * 14.007e-3)
    assert set(read_text(tmp_path, PROFILES)["flag"]) <= {2, 9}


COLUMBIA = """EMS_ID,LATITUDE,LONGITUDE,COLLECTION_START,SAMPLE_CLASS,SAMPLE_STATE,PARAMETER,RESULT_LETTER,RESULT,UNIT,METHOD_DETECTION_LIMIT,UPPER_DEPTH,LOWER_DEPTH
A,48.77,-123.7,20140325103000,Regular,Fresh Water,Ammonia Dissolved,<,0.005,mg/L,0.005,1,3
A,48.77,-123.7,20140325103000,Regular,Fresh Water,Phosphorus Total Dissolved,,0.01,mg/L,0.005,1,3
A,48.77,-123.7,20140325103000,Regular,Fresh Water,Phosphorus Total,,0.03,mg/L,0.005,1,3
B,48.77,-123.7,20140325103000,Blank,Fresh Water,Phosphorus Total,,0.02,mg/L,0.005,1,3
"""  # noqa: E501


def test_adjectives_behind_names_and_both_ends_of_a_layer(tmp_path):
    samples = read_text(tmp_path, COLUMBIA)
    assert bounds(samples, "nh4_n") == [(0, 0.005, 2)]
    assert one(samples, "tdp", "A")["value"] == 0.01
    assert one(samples, "tp", "A")["depth_m"] == 2
    assert one(samples, "tp", "B")["flag"] == 4
    assert set(samples["water"]) == {"river"}


DELTA = """Station Number,Collection Date,Analyte,Result,Rpt Limit,Units,Depth,Sample Type,Result Rejected
A,5/22/2022 12:39,Dissolved Ammonia,<0.05,0.05,mg/L as N,1 Meters,Normal Sample,N
A,5/22/2022 12:39,Dissolved Nitrate + Nitrite,0.103,0.05,mg/L as N,1 Meters,Normal Sample,N
A,5/22/2022 12:39,Dissolved ortho-Phosphate,0.07,0.05,mg/L as P,1 Meters,Normal Sample,Y
A,5/22/2022 12:39,Dissolved Organic Nitrogen,0.21,0.05,mg/L as N,1 Meters,Normal Sample,N
"""  # noqa: E501


def test_adjectives_before_names_and_rejected_results(tmp_path):
    samples = read_text(tmp_path, DELTA)
    assert bounds(samples, "nh4_n") == [(0, 0.05, 2)]
    assert bounds(samples, "no23_n") == [(0.103, 0.103, 2)]
    assert bounds(samples, "dip") == [(0.07, 0.07, 4)]
    assert set(samples["parameter"]) == {"nh4_n", "no23_n", "dip", "din"}


def test_total_phosphate_and_western_longitudes(tmp_path):
    text = ("Station,Date,NorthLat,WestLong,TotPhos,DissAmmonia\n"
            "D8,6/17/2019,38.06,121.99,0.09,0.05\n")  # fmt: skip
    samples = read_text(tmp_path, text)
    assert one(samples, "tp", "D8").geometry.x == -121.99
    assert one(samples, "nh4_n", "D8")["value"] == 0.05
    assert "dip" not in set(samples["parameter"])
