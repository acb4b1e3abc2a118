"""Words of which the demo's people, businesses and letters are made. Nobody in them exists.

Names as one hears them along the Lamandau: Dayak, Banjar, Malay and Javanese (transmigration) side by side.
"""

MEN = (
    "Abdul Gani", "Agustinus", "Alfian", "Anton", "Ardiansyah", "Badrun", "Bambang", "Dedi", "Efendi", "Erwin", "Fransiskus",
    "Gusti Rahman", "Hairudin", "Hermanto", "Iberahim", "Jainudin", "Jarot", "Kasmidi", "Kornelius", "Ludik", "Marselus",
    "Muhammad Yusri", "Ngadiman", "Norhan", "Paulus", "Petrus", "Rahmadi", "Ranto", "Robertus", "Rusdiansyah", "Salundik",
    "Samsudin", "Saptono", "Sarwo", "Simpei", "Stepanus", "Sugianto", "Suriansyah", "Teguh", "Thomas", "Triyono", "Untung",
    "Wahidin", "Yakobus", "Yosep", "Yulius",
)  # fmt: skip
WOMEN = (
    "Aminah", "Anastasia", "Bernadeta", "Dayang", "Endang", "Erni", "Fatimah", "Florentina", "Galuh", "Hamidah", "Hermina",
    "Ida", "Inah", "Jamilah", "Juliana", "Kasiyem", "Katarina", "Kristina", "Lamiang", "Lestari", "Lusia", "Margareta",
    "Maryam", "Masniah", "Mulyati", "Murniati", "Ningsih", "Norhayati", "Paulina", "Ponirah", "Rabiatul", "Ratih",
    "Rusmini", "Saniah", "Saripah", "Siti Aisyah", "Sri Rahayu", "Sulastri", "Sumiati", "Suriati", "Theresia", "Tukinem",
    "Veronika", "Wagiyem", "Yohana", "Yuniarti",
)  # fmt: skip
LAST = (
    "Andun", "Anyi", "Bahan", "Basri", "Daud", "Dehen", "Dompas", "Gana", "Garang", "Hadi", "Handayani", "Hasan", "Ingkong",
    "Jaya", "Kaling", "Kelana", "Kurnia", "Langgai", "Lamban", "Mahmud", "Mangku", "Marbun", "Masrun", "Nahan", "Narang",
    "Noor", "Nyangko", "Palun", "Pradana", "Purba", "Rangkai", "Riwut", "Sabran", "Salim", "Sampurna", "Sandan", "Santoso",
    "Sawung", "Setiaji", "Sidik", "Sulaiman", "Sutrisno", "Tarigan", "Tingkes", "Toyo", "Tuah", "Umbing", "Utomo", "Wardani",
    "Yakub",
)  # fmt: skip
BIRTH_PLACES = (
    "Nanga Bulik", "Pangkalan Bun", "Sukamara", "Kudangan", "Tapin Bini", "Sampit", "Ketapang", "Nanga Tayap", "Banjarmasin",
    "Wonogiri", "Grobogan", "Lumajang",
)  # fmt: skip
STREETS = (
    "Jl. Trans Kalimantan", "Jl. Batu Batanggui", "Jl. Melati", "Jl. Merdeka", "Gg. Bersama", "Gg. Keluarga", "Dusun Hulu",
    "Dusun Hilir", "Jl. Poros Desa", "Jl. Pelabuhan Lama",
)  # fmt: skip
OCCUPATIONS = (
    "Petani", "Buruh harian lepas", "Pedagang kecil", "Mengurus rumah tangga", "Nelayan sungai", "Penyadap karet", "Buruh sawit",
)  # fmt: skip

# A trade with what its RAB buys: (what, unit, Rupiah a unit).
TRADES = (
    ("Warung sembako", (("Beras 10 kg", "karung", 150_000), ("Minyak goreng 1 liter", "dus", 210_000),
                        ("Gula pasir", "kg", 18_000), ("Rak etalase", "unit", 850_000))),
    ("Jual sayur keliling", (("Sayur dan bumbu awal", "paket", 400_000), ("Keranjang sayur", "pasang", 175_000),
                             ("Timbangan gantung", "unit", 135_000))),
    ("Penjahit", (("Mesin jahit", "unit", 2_150_000), ("Kain katun", "meter", 32_000), ("Benang dan kancing", "paket", 120_000))),
    ("Kue basah dan gorengan", (("Kompor gas dua tungku", "unit", 420_000), ("Tepung terigu 25 kg", "sak", 245_000),
                                ("Wajan dan cetakan kue", "set", 310_000))),
    ("Ternak ayam kampung", (("Anak ayam umur 1 bulan", "ekor", 25_000), ("Pakan 50 kg", "sak", 410_000),
                             ("Kandang kayu", "unit", 900_000))),
    ("Kolam ikan nila", (("Benih nila 5-7 cm", "ekor", 700), ("Pakan apung 30 kg", "sak", 365_000), ("Terpal kolam", "lembar", 620_000))),
    ("Anyaman rotan", (("Rotan bersih", "kg", 24_000), ("Pisau raut", "set", 85_000), ("Pewarna alam", "paket", 95_000))),
    ("Tambal ban dan bengkel kecil", (("Kompresor 1 PK", "unit", 2_300_000), ("Kunci pas lengkap", "set", 450_000),
                                      ("Ban dalam", "buah", 38_000))),
    ("Madu kelulut", (("Stup kelulut", "unit", 275_000), ("Botol kaca 250 ml", "lusin", 66_000), ("Alat sedot madu", "unit", 340_000))),
    ("Keripik singkong", (("Mesin perajang", "unit", 1_450_000), ("Singkong", "kg", 4_000), ("Kemasan dan label", "paket", 185_000))),
    ("Pangkas rambut", (("Mesin cukur", "unit", 365_000), ("Kursi pangkas", "unit", 1_250_000), ("Cermin besar", "lembar", 275_000))),
    ("Jual ikan sungai", (("Kotak pendingin 60 liter", "unit", 480_000), ("Jaring", "set", 350_000), ("Timbangan duduk", "unit", 260_000))),
)  # fmt: skip

REASONS = {
    "approve": (
        "Usaha berjalan, rumah tangga masuk desil rendah, dan kebutuhan modal wajar.",
        "Hasil kunjungan sesuai usulan; modal terbatas dan ada pembeli tetap.",
        "Memenuhi syarat; bantuan akan menambah barang dagangan.",
    ),
    "waitlist": ("Layak, tetapi kuota tahun ini diutamakan bagi desil 1 dan 2.",),
    "decline": (
        "Usaha sudah berhenti lebih dari setahun menurut tetangga dan ketua RT.",
        "Penghasilan tetap rumah tangga di atas batas program.",
    ),
    "reject": ("Anggota keluarga inti berstatus perangkat desa.", "Menurut KK calon sudah pindah ke kabupaten lain."),
    "revisit": ("Foto tempat usaha tidak jelas; pastikan usaha milik calon sendiri.",),
    "withdraw": ("Calon pindah ikut anak ke Pangkalan Bun", "Calon mengundurkan diri karena bekerja tetap"),
    "fault": (
        ("sptjm", "SPTJM belum bermeterai."),
        ("ktp", "Foto KTP buram, NIK tidak terbaca."),
        ("sku", "Surat keterangan usaha belum dicap desa."),
        ("rab", "Harga satuan pada RAB jauh di atas harga pasar."),
    ),
    "account": ("Nama di buku rekening berbeda satu huruf.", "Nomor rekening kurang satu angka."),
}
SEEN = (
    "Warung kecil di depan rumah, barang tinggal sedikit.", "Berjualan di teras rumah, pembeli tetangga sekitar.",
    "Kandang di belakang rumah, terawat.", "Tempat usaha dari papan, peralatan seadanya.",
)  # fmt: skip
ADVICE = (
    "Catat belanja dan penjualan setiap hari; pisahkan uang usaha dari uang belanja rumah.",
    "Sisihkan sedikitnya sepersepuluh keuntungan untuk menambah barang.",
    "Daftarkan usaha ke OSS agar mendapat NIB; pendamping membantu minggu depan.",
)
